package org.exactlyonce.gateway.bounds;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Bounds of what all readers together may take.
 *
 * @param maxConcurrentReads how many ask the database at a time, at least 1
 * @param maxReadBytes the pages of records that are being read or sent; 0 stands for an
 * eighth of the heap
 * @param readTimeout how long a reader waits for its turn, and for memory, before it is
 * refused (429)
 */
@ConfigurationProperties("gateway")
record ReadLimitProperties(@DefaultValue("8") int maxConcurrentReads, @DefaultValue("0B") DataSize maxReadBytes,
		@DefaultValue("5s") Duration readTimeout) {

	ReadLimitProperties {
		if (maxConcurrentReads < 1) {
			throw new IllegalArgumentException("gateway.max-concurrent-reads must be at least 1");
		}
		if (maxReadBytes.isNegative()) {
			throw new IllegalArgumentException("gateway.max-read-bytes must not be negative");
		}
		if (maxReadBytes.toBytes() == 0) {
			maxReadBytes = DataSize.ofBytes(Runtime.getRuntime().maxMemory() / 8);
		}
		if (maxReadBytes.toMegabytes() < 1) {
			throw new IllegalArgumentException("gateway.max-read-bytes must be at least 1MB");
		}
		if (readTimeout.isNegative()) {
			throw new IllegalArgumentException("gateway.read-timeout must not be negative");
		}
	}

}
