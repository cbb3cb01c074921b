package org.exactlyonce.gateway.bounds;

import org.springframework.util.unit.DataSize;

/**
 * The share of the heap that one group commit may have. The embedded database takes seven
 * to nine times a group's bytes while it writes it, and the bodies behind it are there as
 * well; what is left has to do for everything else.
 */
public final class HeapLimits {

	/** Taken by the gateway when it is idle. */
	private static final long BASE_BYTES = 64L << 20;

	private static final int FACTOR = 12;

	private static final long LEAST_BYTES = 1L << 20;

	private HeapLimits() {
	}

	/**
	 * Lowers a limit to what the heap allows.
	 * @param configured the setting
	 * @param sharers how many such groups there may be at a time
	 * @return the setting, or less
	 */
	public static DataSize atMost(DataSize configured, int sharers) {
		return atMost(configured, sharers, Runtime.getRuntime().maxMemory());
	}

	/**
	 * Lowers the limit of a body to twice what the heap allows a group.
	 * @param configured the setting
	 * @return the setting, or less
	 */
	public static DataSize twice(DataSize configured) {
		long most = 2 * atMost(DataSize.ofBytes(Long.MAX_VALUE), 1).toBytes();
		return (configured.toBytes() <= most) ? configured : DataSize.ofBytes(most);
	}

	static DataSize atMost(DataSize configured, int sharers, long heapBytes) {
		long group = Math.max((heapBytes - BASE_BYTES) / FACTOR / sharers, LEAST_BYTES);
		return (configured.toBytes() <= group) ? configured : DataSize.ofBytes(group);
	}

}
