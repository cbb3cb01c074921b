package org.exactlyonce.gateway.topic;

import org.jspecify.annotations.Nullable;

/**
 * The offsets up to which partitions are relayed. The relay provides them, where there is
 * one.
 */
public interface RelayedOffsets {

	/**
	 * Returns where the relay of a partition is.
	 * @param partition the partition
	 * @return the offset of the first record that is not relayed, or a lower one; null if
	 * it is not known yet
	 */
	@Nullable Long relayedOffset(int partition);

}
