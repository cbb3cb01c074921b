package org.exactlyonce.gateway.retention;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The times of retention.
 *
 * @param retentionInterval the time from one look for what is to be deleted to the next,
 * 100 milliseconds or more
 * @param idRetention how long an id is remembered at least, 1 second or more; as long as
 * its record is kept it is remembered anyway
 */
@ConfigurationProperties("gateway")
record RetentionProperties(@DefaultValue("10s") Duration retentionInterval, @DefaultValue("7d") Duration idRetention) {

	RetentionProperties {
		if (retentionInterval.toMillis() < 100) {
			throw new IllegalArgumentException("gateway.retention-interval must be 100ms or more");
		}
		if (idRetention.toMillis() < 1000) {
			throw new IllegalArgumentException("gateway.id-retention must be 1s or more");
		}
	}

}
