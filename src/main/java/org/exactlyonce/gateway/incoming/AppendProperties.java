package org.exactlyonce.gateway.incoming;

import org.exactlyonce.gateway.bounds.HeapLimits;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Bounds of one request that appends.
 *
 * @param maxBatchRecords the most records it may append
 * @param maxBatchBytes the most bytes its values may have; less with a small heap
 */
@ConfigurationProperties("gateway.append")
public record AppendProperties(@DefaultValue("10000") int maxBatchRecords,
		@DefaultValue("8MB") DataSize maxBatchBytes) {

	/**
	 * Refuses settings that cannot work.
	 * @param maxBatchRecords the most records of one request
	 * @param maxBatchBytes the most bytes of one request's values
	 * @throws IllegalArgumentException if a setting is out of its range
	 */
	public AppendProperties {
		if (maxBatchRecords < 1) {
			throw new IllegalArgumentException("gateway.append.max-batch-records must be at least 1");
		}
		if (maxBatchBytes.toBytes() < 1 || maxBatchBytes.toMegabytes() > 256) {
			throw new IllegalArgumentException("gateway.append.max-batch-bytes must be 1B to 256MB");
		}
	}

	/**
	 * Returns how many bytes the values of one request may have.
	 * @param lanes how many commit at a time, each with a request as large
	 * @return the setting, or what the heap allows
	 */
	public long maxBatchBytes(int lanes) {
		return HeapLimits.atMost(this.maxBatchBytes, lanes).toBytes();
	}

}
