package org.exactlyonce.gateway.http;

import org.exactlyonce.gateway.support.OnHttp2;

@OnHttp2
class LiveReadsOverHttp2Test extends LiveReadsContract {

}
