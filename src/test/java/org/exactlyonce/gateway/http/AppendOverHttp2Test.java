package org.exactlyonce.gateway.http;

import org.exactlyonce.gateway.support.OnHttp2;

@OnHttp2
class AppendOverHttp2Test extends AppendContract {

}
