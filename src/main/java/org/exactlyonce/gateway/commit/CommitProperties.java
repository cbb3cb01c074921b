package org.exactlyonce.gateway.commit;

import java.time.Duration;

import org.exactlyonce.gateway.bounds.HeapLimits;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Bounds of lanes and groups.
 *
 * @param lanes the number of writer lanes, 1 to 64; each commits for its share of the
 * partitions
 * @param maxGroupBytes where a group commit ends, though it has one request at least;
 * sooner with a small heap
 * @param maxQueuedAppends how many requests may wait for a lane
 * @param timeout how long an append may take before its answer is 503
 * @param maxInFlight how many early appends are held for one producer in one partition
 */
@ConfigurationProperties("gateway.commit")
public record CommitProperties(@DefaultValue("1") int lanes, @DefaultValue("16MB") DataSize maxGroupBytes,
		@DefaultValue("10000") int maxQueuedAppends, @DefaultValue("10s") Duration timeout,
		@DefaultValue("5") int maxInFlight) {

	/**
	 * Refuses settings that cannot work.
	 * @param lanes the number of writer lanes
	 * @param maxGroupBytes where a group commit ends
	 * @param maxQueuedAppends how many requests may wait
	 * @param timeout how long an append may take
	 * @param maxInFlight how many early appends are held
	 * @throws IllegalArgumentException if a setting is out of its range
	 */
	public CommitProperties {
		require(lanes >= 1 && lanes <= 64, "gateway.commit.lanes must be 1 to 64");
		require(maxGroupBytes.toBytes() >= 1 && maxGroupBytes.toMegabytes() <= 256,
				"gateway.commit.max-group-bytes must be 1B to 256MB");
		// a group may have all of them, and H2 takes arrays of no more
		require(maxQueuedAppends >= 1 && maxQueuedAppends <= 65_536,
				"gateway.commit.max-queued-appends must be 1 to 65536");
		require(maxInFlight >= 0, "gateway.commit.max-in-flight must not be negative");
		require(timeout.toMillis() >= 1, "gateway.commit.timeout must be at least 1ms");
		maxGroupBytes = HeapLimits.atMost(maxGroupBytes, lanes);
	}

	private static void require(boolean holds, String message) {
		if (!holds) {
			throw new IllegalArgumentException(message);
		}
	}

}
