package org.exactlyonce.gateway.request;

import java.time.Duration;

import org.exactlyonce.gateway.bounds.HeapLimits;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Bounds of what one request, and all requests together, may take.
 *
 * @param maxBytes the largest body, whatever is in it; at least 1 KiB; less with a small
 * heap
 * @param maxBufferedBytes the bodies of all requests that are being read or wait for
 * their commit; 0 stands for an eighth of the heap
 * @param bodyTimeout how long a body may take to arrive
 * @param maxWait the longest wait that {@code Prefer: wait} is granted, in whole seconds
 */
@ConfigurationProperties("gateway.request")
public record RequestProperties(@DefaultValue("16MB") DataSize maxBytes, @DefaultValue("0B") DataSize maxBufferedBytes,
		@DefaultValue("10s") Duration bodyTimeout, @DefaultValue("10s") Duration maxWait) {

	/**
	 * Refuses settings that cannot work.
	 * @param maxBytes the largest body
	 * @param maxBufferedBytes all bodies together, 0 for an eighth of the heap
	 * @param bodyTimeout how long a body may take to arrive
	 * @param maxWait the longest wait that is granted
	 * @throws IllegalArgumentException if a bound is out of its range
	 */
	public RequestProperties {
		if (maxBytes.toBytes() < 1024 || maxBytes.toBytes() > Integer.MAX_VALUE / 2) {
			throw new IllegalArgumentException("gateway.request.max-bytes must be 1KB to 1023MB");
		}
		if (maxBufferedBytes.isNegative()) {
			throw new IllegalArgumentException("gateway.request.max-buffered-bytes must not be negative");
		}
		maxBytes = HeapLimits.twice(maxBytes);
		if (maxBufferedBytes.toBytes() == 0) {
			maxBufferedBytes = DataSize.ofBytes(Math.max(Runtime.getRuntime().maxMemory() / 8, maxBytes.toBytes()));
		}
		if (maxBufferedBytes.compareTo(maxBytes) < 0) {
			throw new IllegalArgumentException(
					"gateway.request.max-buffered-bytes must be at least gateway.request.max-bytes");
		}
		if (bodyTimeout.isNegative() || bodyTimeout.isZero()) {
			throw new IllegalArgumentException("gateway.request.body-timeout must be positive");
		}
		if (maxWait.isNegative() || maxWait.toHours() > 1) {
			throw new IllegalArgumentException("gateway.request.max-wait must be 0s to 1h");
		}
	}

}
