package org.exactlyonce.gateway.producer;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Bounds of registrations. Each one under a known name waits for appends in progress, so
 * only a few run at a time.
 *
 * @param maxConcurrent how many run at a time, at least 1
 * @param timeout how long one waits for its turn before it is refused (429)
 */
@ConfigurationProperties("gateway.registration")
record ProducerProperties(@DefaultValue("4") int maxConcurrent, @DefaultValue("5s") Duration timeout) {

	ProducerProperties {
		if (maxConcurrent < 1) {
			throw new IllegalArgumentException("gateway.registration.max-concurrent must be at least 1");
		}
	}

}
