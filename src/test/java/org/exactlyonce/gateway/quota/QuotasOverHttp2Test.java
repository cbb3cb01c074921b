package org.exactlyonce.gateway.quota;

import org.exactlyonce.gateway.support.OnHttp2;

@OnHttp2
class QuotasOverHttp2Test extends QuotasContract {

}
