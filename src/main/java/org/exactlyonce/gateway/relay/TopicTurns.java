package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Keeps a topic whose leaders do not answer from having every worker wait: after a
 * time-out its partitions are opened one at a time, with a pause that is twice as long
 * after each. Those that are open go on: each costs one time-out at most, and is closed
 * then. Thread-safe.
 */
final class TopicTurns {

	/** When to ask again whether there is a turn. */
	static final Duration ASK_AGAIN = Duration.ofMillis(500);

	private static final Duration FIRST = Duration.ofMillis(500);

	private final LongSupplier nanoTime;

	private final Duration longest;

	private boolean slow;

	private @Nullable Object working;

	private Duration pause = Duration.ZERO;

	private long over;

	TopicTurns(LongSupplier nanoTime, Duration longest) {
		this.nanoTime = nanoTime;
		this.longest = longest;
	}

	/**
	 * Asks whether a partition may work now.
	 * @param who the partition, which calls {@link #end} in any case
	 * @param open whether Kafka has answered it, so that it need not wait
	 * @return whether it may
	 */
	synchronized boolean begin(Object who, boolean open) {
		if (!this.slow || open) {
			return true;
		}
		if (this.working != null || this.nanoTime.getAsLong() - this.over < 0) {
			return false;
		}
		this.working = who;
		return true;
	}

	synchronized void end(Object who) {
		if (this.working == who) {
			this.working = null;
		}
	}

	/** Only a time-out keeps others waiting. */
	synchronized void failed(Throwable ex) {
		if (!KafkaFailure.isTimeOut(ex)) {
			return;
		}
		Duration twice = this.pause.isZero() ? FIRST : this.pause.multipliedBy(2);
		this.pause = (twice.compareTo(this.longest) < 0) ? twice : this.longest;
		this.over = this.nanoTime.getAsLong() + this.pause.toNanos();
		this.slow = true;
	}

	/** A partition was opened. */
	synchronized void recovered() {
		this.slow = false;
		this.pause = Duration.ZERO;
	}

}
