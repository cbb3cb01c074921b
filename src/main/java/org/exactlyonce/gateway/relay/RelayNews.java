package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Keeps what happens to thousands of partitions at once from being thousands of lines in
 * the log: the same trouble is logged once in a while. Thread-safe.
 */
final class RelayNews {

	private static final long AGE_NANOS = Duration.ofMinutes(1).toNanos();

	private static final int MOST = 100;

	private final Map<RelayStatus.Trouble, Long> logged = new LinkedHashMap<>();

	private final LongSupplier nanoTime;

	RelayNews(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	/** Whether it was not logged for any partition a moment ago; from now on it was. */
	synchronized boolean isNew(RelayStatus.Trouble trouble) {
		long now = this.nanoTime.getAsLong();
		Long before = this.logged.remove(trouble);
		boolean isNew = before == null || now - before > AGE_NANOS;
		this.logged.put(trouble, (before != null && !isNew) ? before : (Long) now);
		if (this.logged.size() > MOST) {
			this.logged.remove(this.logged.keySet().iterator().next());
		}
		return isNew;
	}

}
