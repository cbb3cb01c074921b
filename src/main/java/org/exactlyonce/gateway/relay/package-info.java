/**
 * From the log to Kafka, exactly once: records and the relay's cursor commit in one Kafka
 * transaction. Does nothing unless {@code gateway.relay.enabled} is set.
 */
@NullMarked
package org.exactlyonce.gateway.relay;

import org.jspecify.annotations.NullMarked;
