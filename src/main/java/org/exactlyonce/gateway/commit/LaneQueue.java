package org.exactlyonce.gateway.commit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import org.exactlyonce.gateway.problem.Problem;
import org.jspecify.annotations.Nullable;

/**
 * The appends that wait for a lane. Principals have turns, an append each, and those of
 * one principal come in the order in which they were offered. While several use the lane
 * its groups are small, so that none waits long for what another has in progress; one
 * that is alone has all turns and all of a group. What has no principal is treated as one
 * principal's. Thread-safe.
 */
final class LaneQueue {

	/**
	 * A principal may have so many times as much queued as there is room left. Alone it
	 * gets four fifths of the room; another that comes then finds some, and gets as much
	 * as it while both send too much.
	 */
	private static final int SHARE = 4;

	/** A group of so many takes little longer than one of a few. */
	static final int SHARED_APPENDS = 64;

	static final long SHARED_BYTES = 1 << 20;

	/** Who sends now and then finds small groups too. */
	private static final long SHARED_NANOS = TimeUnit.MINUTES.toNanos(1);

	/**
	 * A group has no more batches than this, and those of one request: each is a row of
	 * its own, and a lock.
	 */
	private static final int MAX_PARTS = 65_000;

	/** Each id is a row at a random place of a large index. */
	static final int MAX_IDS = 10_000;

	static final int SHARED_IDS = 1000;

	private final int max;

	private final LongSupplier nanoTime;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition filled = this.lock.newCondition();

	/** Each queue has an append at least. */
	private final Map<@Nullable String, Deque<PendingAppend>> queues = new HashMap<>();

	/** The same queues, in the order of their turns. */
	private final Deque<Deque<PendingAppend>> turns = new ArrayDeque<>();

	private volatile int size;

	/** Whose append was taken last, once one was. */
	private @Nullable String last;

	private long sharedUntilNanos;

	private boolean used;

	LaneQueue(int max, LongSupplier nanoTime) {
		this.max = max;
		this.nanoTime = nanoTime;
		this.sharedUntilNanos = nanoTime.getAsLong();
	}

	/**
	 * Takes an append in, if there is room for it.
	 * @param pending the append
	 * @return why there is none; null if it is taken in
	 */
	@Nullable Problem offer(PendingAppend pending) {
		this.lock.lock();
		try {
			if (this.size >= this.max) {
				return CommitProblems.queueFull(this.max);
			}
			String principal = pending.request().principal();
			Deque<PendingAppend> own = this.queues.get(principal);
			if (own != null && principal != null && own.size() >= (long) SHARE * (this.max - this.size)) {
				return CommitProblems.shareFull(own.size(), this.size, this.max);
			}
			add(pending);
			return null;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Takes in what was let in before. */
	void addAll(Collection<PendingAppend> released) {
		this.lock.lock();
		try {
			released.forEach(this::add);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void add(PendingAppend pending) {
		Deque<PendingAppend> known = this.queues.get(pending.request().principal());
		if (known != null) {
			known.add(pending);
		}
		else {
			Deque<PendingAppend> queue = new ArrayDeque<>();
			queue.add(pending);
			this.queues.put(pending.request().principal(), queue);
			this.turns.add(queue);
		}
		this.size++;
		this.filled.signal();
	}

	/**
	 * Takes a group out: what there is, up to its bounds.
	 * @param waitMillis how long to wait for the first
	 * @param maxCount how many at the most
	 * @param maxBytes where the group ends, though it has one at least
	 * @return the group, empty if nothing came
	 * @throws InterruptedException if the thread is interrupted
	 */
	List<PendingAppend> take(long waitMillis, int maxCount, long maxBytes) throws InterruptedException {
		List<PendingAppend> group = new ArrayList<>();
		this.lock.lockInterruptibly();
		try {
			long nanos = TimeUnit.MILLISECONDS.toNanos(waitMillis);
			while (this.size == 0 && nanos > 0) {
				nanos = this.filled.awaitNanos(nanos);
			}
			if (this.size > 0) {
				fill(group, maxCount, maxBytes, isShared());
			}
			return group;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Whether more than one principal has used the lane lately. */
	private boolean isShared() {
		long nanos = this.nanoTime.getAsLong();
		String first = this.turns.element().element().request().principal();
		if (this.queues.size() > 1 || (this.used && !Objects.equals(first, this.last))) {
			this.sharedUntilNanos = nanos + SHARED_NANOS;
		}
		return nanos - this.sharedUntilNanos < 0;
	}

	private void fill(List<PendingAppend> group, int maxCount, long maxBytes, boolean shared) {
		int count = shared ? Math.min(maxCount, SHARED_APPENDS) : maxCount;
		long bytes = shared ? Math.min(maxBytes, SHARED_BYTES) : maxBytes;
		int ids = shared ? SHARED_IDS : MAX_IDS;
		int parts = MAX_PARTS;
		while (this.size > 0 && group.size() < count) {
			AppendRequest next = this.turns.element().element().request();
			bytes -= next.bytes();
			parts -= next.parts().size();
			ids -= next.idCount();
			if ((bytes < 0 || parts < 0 || ids < 0) && !group.isEmpty()) {
				return;
			}
			group.add(next());
		}
	}

	/** Takes everything out. */
	List<PendingAppend> takeAll() {
		this.lock.lock();
		try {
			List<PendingAppend> all = new ArrayList<>(this.size);
			while (this.size > 0) {
				all.add(next());
			}
			return all;
		}
		finally {
			this.lock.unlock();
		}
	}

	private PendingAppend next() {
		Deque<PendingAppend> queue = this.turns.remove();
		PendingAppend next = queue.remove();
		if (queue.isEmpty()) {
			this.queues.remove(next.request().principal());
		}
		else {
			this.turns.add(queue);
		}
		this.size--;
		this.last = next.request().principal();
		this.used = true;
		return next;
	}

	/**
	 * Ends the wait of those whose time is over; without the lock, as others are told.
	 */
	void expire() {
		List<PendingAppend> all = new ArrayList<>();
		this.lock.lock();
		try {
			this.queues.values().forEach(all::addAll);
		}
		finally {
			this.lock.unlock();
		}
		if (all.stream().filter(PendingAppend::expire).count() > 0) {
			removeDone();
		}
	}

	private void removeDone() {
		this.lock.lock();
		try {
			this.queues.values().forEach((queue) -> queue.removeIf((pending) -> pending.future().isDone()));
			this.queues.values().removeIf(Deque::isEmpty);
			this.turns.removeIf(Deque::isEmpty);
			this.size = this.queues.values().stream().mapToInt(Deque::size).sum();
		}
		finally {
			this.lock.unlock();
		}
	}

	int size() {
		return this.size;
	}

}
