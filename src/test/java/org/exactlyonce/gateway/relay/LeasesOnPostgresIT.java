package org.exactlyonce.gateway.relay;

import org.exactlyonce.gateway.support.OnPostgres;

@OnPostgres
class LeasesOnPostgresIT extends LeasesContract {

}
