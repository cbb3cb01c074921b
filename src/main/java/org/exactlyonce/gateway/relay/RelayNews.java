package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Keeps what happens to thousands of partitions at once from being thousands of lines in
 * the log: the same trouble is told once in a while. Thread-safe.
 */
final class RelayNews {

	private static final long AGE_NANOS = Duration.ofMinutes(1).toNanos();

	private static final int MOST = 100;

	private final Map<RelayStatus.Trouble, Long> told = new LinkedHashMap<>();

	private final LongSupplier nanoTime;

	RelayNews(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	/** Whether it was not told of any partition a moment ago; from now on it was. */
	synchronized boolean isNew(RelayStatus.Trouble trouble) {
		long now = this.nanoTime.getAsLong();
		Long before = this.told.remove(trouble);
		boolean isNew = before == null || now - before > AGE_NANOS;
		this.told.put(trouble, (before != null && !isNew) ? before : (Long) now);
		if (this.told.size() > MOST) {
			this.told.remove(this.told.keySet().iterator().next());
		}
		return isNew;
	}

}
