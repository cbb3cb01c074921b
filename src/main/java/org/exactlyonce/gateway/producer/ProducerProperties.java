package org.exactlyonce.gateway.producer;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Bounds of registrations. Each one under a known name waits for appends in progress, so
 * only a few run at a time.
 *
 * @param maxConcurrentRegistrations how many run at a time, at least 1
 * @param registrationTimeout how long one waits for its turn before it is refused (429)
 */
@ConfigurationProperties("gateway")
record ProducerProperties(@DefaultValue("4") int maxConcurrentRegistrations,
		@DefaultValue("5s") Duration registrationTimeout) {

	ProducerProperties {
		if (maxConcurrentRegistrations < 1) {
			throw new IllegalArgumentException("gateway.max-concurrent-registrations must be at least 1");
		}
	}

}
