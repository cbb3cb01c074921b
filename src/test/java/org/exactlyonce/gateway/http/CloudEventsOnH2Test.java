package org.exactlyonce.gateway.http;

import org.exactlyonce.gateway.support.OnH2;

@OnH2
class CloudEventsOnH2Test extends CloudEventsContract {

}
