package org.exactlyonce.gateway.http;

import org.exactlyonce.gateway.support.OnPostgres;

@OnPostgres
class CloudEventsOnPostgresIT extends CloudEventsContract {

}
