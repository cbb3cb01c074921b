package org.exactlyonce.gateway.quota;

import org.exactlyonce.gateway.support.OnH2;

@OnH2
class QuotasOnH2Test extends QuotasContract {

}
