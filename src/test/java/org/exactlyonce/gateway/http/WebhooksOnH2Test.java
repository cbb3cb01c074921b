package org.exactlyonce.gateway.http;

import org.exactlyonce.gateway.support.OnH2;

@OnH2
class WebhooksOnH2Test extends WebhooksContract {

}
