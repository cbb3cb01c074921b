package org.exactlyonce.gateway.retention;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When retention works.
 *
 * @param retentionInterval the time from one look for what is to be deleted to the next,
 * 100 milliseconds or more
 */
@ConfigurationProperties("gateway")
record RetentionProperties(@DefaultValue("10s") Duration retentionInterval) {

	RetentionProperties {
		if (retentionInterval.toMillis() < 100) {
			throw new IllegalArgumentException("gateway.retention-interval must be 100ms or more");
		}
	}

}
