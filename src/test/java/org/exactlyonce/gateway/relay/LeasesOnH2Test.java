package org.exactlyonce.gateway.relay;

import org.exactlyonce.gateway.support.OnH2;

@OnH2
class LeasesOnH2Test extends LeasesContract {

}
