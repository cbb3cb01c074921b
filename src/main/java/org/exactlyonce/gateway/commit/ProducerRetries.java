package org.exactlyonce.gateway.commit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

import org.exactlyonce.gateway.producer.ProducerSequence;
import org.jspecify.annotations.Nullable;

/**
 * The retries of one producer in one partition that wait to be compared, within bounds.
 * Not thread-safe: {@link RebatchedDuplicates} guards it.
 */
final class ProducerRetries {

	static final int MOST = 1000;

	static final long MOST_BYTES = 16 * 1024 * 1024;

	private final ProducerSequence.Key key;

	private final List<Retry> arrived = new ArrayList<>();

	private final Deque<Retry> inOrder = new ArrayDeque<>();

	private @Nullable Retry current;

	private int count;

	private long bytes;

	private boolean scheduled;

	ProducerRetries(ProducerSequence.Key key) {
		this.key = key;
	}

	ProducerSequence.Key key() {
		return this.key;
	}

	/** Whether it waits for a thread, or has one. */
	boolean scheduled() {
		return this.scheduled;
	}

	void scheduled(boolean scheduled) {
		this.scheduled = scheduled;
	}

	boolean isEmpty() {
		return this.count == 0;
	}

	/**
	 * Takes one more.
	 * @param retry the retry
	 * @return false if there are too many, or too many bytes of them
	 */
	boolean add(Retry retry) {
		if (this.count >= MOST || (this.count > 0 && this.bytes + retry.bytes() > MOST_BYTES)) {
			return false;
		}
		this.arrived.add(retry);
		this.count++;
		this.bytes += retry.bytes();
		return true;
	}

	/**
	 * The next to be compared: those that came before the last round began, in the order
	 * of their sequences, so that neighbours in a batch follow one another.
	 * @return the retry, or null if none is left
	 */
	@Nullable Retry next() {
		if (this.inOrder.isEmpty()) {
			this.arrived.sort(Comparator.comparingLong((retry) -> retry.repeated().identity().range().base()));
			this.inOrder.addAll(this.arrived);
			this.arrived.clear();
		}
		this.current = this.inOrder.poll();
		if (this.current != null) {
			forget(this.current);
		}
		return this.current;
	}

	/** None of them is being compared. */
	void done() {
		this.current = null;
	}

	/** Ends the wait of those whose time is over. */
	void expire() {
		this.arrived.removeIf(this::expire);
		this.inOrder.removeIf(this::expire);
		if (this.current != null) {
			this.current.pending().expire();
		}
	}

	private boolean expire(Retry retry) {
		boolean expired = retry.pending().expire();
		if (expired) {
			forget(retry);
		}
		return expired;
	}

	private void forget(Retry retry) {
		this.count--;
		this.bytes -= retry.bytes();
	}

	/** Ends the wait of all: they will not be compared. */
	void fail() {
		this.arrived.forEach(ProducerRetries::fail);
		this.inOrder.forEach(ProducerRetries::fail);
		if (this.current != null) {
			fail(this.current);
		}
	}

	private static void fail(Retry retry) {
		retry.pending().fail(CommitProblems.notConfirmed());
	}

}
