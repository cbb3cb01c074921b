package org.exactlyonce.gateway.relay;

import org.exactlyonce.gateway.support.OnH2;

import org.springframework.test.context.TestPropertySource;

/** Not the gateway that others share: this one loses partitions. */
@OnH2
@TestPropertySource(properties = "gateway.partitions=5")
class RetainedByLeasesOnH2Test extends RetainedByLeasesContract {

}
