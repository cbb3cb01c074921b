package org.exactlyonce.gateway.quota;

import org.exactlyonce.gateway.support.OnPostgres;

@OnPostgres
class QuotasOnPostgresIT extends QuotasContract {

}
