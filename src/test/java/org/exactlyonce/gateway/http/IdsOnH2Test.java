package org.exactlyonce.gateway.http;

import org.exactlyonce.gateway.support.OnH2;
import org.springframework.test.context.TestPropertySource;

/** Several lanes, which meet in ids. */
@OnH2
@TestPropertySource(properties = "gateway.commit.lanes=4")
class IdsOnH2Test extends IdsContract {

}
