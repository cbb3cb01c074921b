package org.exactlyonce.gateway.bounds;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Bounds of what all readers together may take.
 *
 * @param maxPageBytes where a page of records ends, though it has one at least
 * @param maxConcurrent how many ask the database at a time, at least 1
 * @param maxBytes the pages of records that are being read or sent; 0 stands for an
 * eighth of the heap
 * @param timeout how long a reader waits for its turn, and for memory, before it is
 * refused (429)
 */
@ConfigurationProperties("gateway.read")
public record ReadProperties(@DefaultValue("8MB") DataSize maxPageBytes, @DefaultValue("8") int maxConcurrent,
		@DefaultValue("0B") DataSize maxBytes, @DefaultValue("5s") Duration timeout) {

	/**
	 * Refuses settings that cannot work.
	 * @param maxPageBytes where a page ends
	 * @param maxConcurrent how many ask the database at a time
	 * @param maxBytes the pages that are being read or sent
	 * @param timeout how long a reader waits
	 * @throws IllegalArgumentException if a setting is out of its range
	 */
	public ReadProperties {
		if (maxPageBytes.toBytes() < 1) {
			throw new IllegalArgumentException("gateway.read.max-page-bytes must be positive");
		}
		if (maxConcurrent < 1) {
			throw new IllegalArgumentException("gateway.read.max-concurrent must be at least 1");
		}
		if (maxBytes.isNegative()) {
			throw new IllegalArgumentException("gateway.read.max-bytes must not be negative");
		}
		if (maxBytes.toBytes() == 0) {
			maxBytes = DataSize.ofBytes(Runtime.getRuntime().maxMemory() / 8);
		}
		if (maxBytes.toMegabytes() < 1) {
			throw new IllegalArgumentException("gateway.read.max-bytes must be at least 1MB");
		}
		if (timeout.isNegative()) {
			throw new IllegalArgumentException("gateway.read.timeout must not be negative");
		}
	}

}
