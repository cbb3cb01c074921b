package org.exactlyonce.gateway.http;

import org.exactlyonce.gateway.support.OnH2;

@OnH2
class RetentionOnH2Test extends RetentionContract {

}
