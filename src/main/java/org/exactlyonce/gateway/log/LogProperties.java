package org.exactlyonce.gateway.log;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The log's shape, and the bound of what is read from it at a time.
 *
 * @param partitions the number of partitions, 1 to 10 000; may grow, never shrink
 * @param maxPageBytes where a page of records ends, though it has one at least
 */
@ConfigurationProperties("gateway")
public record LogProperties(@DefaultValue("8") int partitions, @DefaultValue("8MB") DataSize maxPageBytes) {

	/**
	 * Refuses settings that cannot work.
	 * @param partitions the number of partitions
	 * @param maxPageBytes where a page ends
	 * @throws IllegalArgumentException if a setting is out of its range
	 */
	public LogProperties {
		if (partitions < 1 || partitions > 10_000) {
			throw new IllegalArgumentException("gateway.partitions must be 1 to 10000");
		}
		if (maxPageBytes.toBytes() < 1) {
			throw new IllegalArgumentException("gateway.max-page-bytes must be positive");
		}
	}

}
