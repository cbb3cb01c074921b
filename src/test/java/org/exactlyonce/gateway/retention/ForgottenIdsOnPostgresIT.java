package org.exactlyonce.gateway.retention;

import org.exactlyonce.gateway.support.OnPostgres;

@OnPostgres
class ForgottenIdsOnPostgresIT extends ForgottenIdsContract {

}
