package org.exactlyonce.gateway.retention;

import org.exactlyonce.gateway.support.OnH2;

@OnH2
class ForgottenIdsOnH2Test extends ForgottenIdsContract {

}
