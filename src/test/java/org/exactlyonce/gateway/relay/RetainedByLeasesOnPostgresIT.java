package org.exactlyonce.gateway.relay;

import org.exactlyonce.gateway.support.OnPostgres;

import org.springframework.test.context.TestPropertySource;

/** Not the gateway that others share: this one loses partitions. */
@OnPostgres
@TestPropertySource(properties = "gateway.partitions=5")
class RetainedByLeasesOnPostgresIT extends RetainedByLeasesContract {

}
