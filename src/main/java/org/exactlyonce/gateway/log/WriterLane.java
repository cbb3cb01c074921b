package org.exactlyonce.gateway.log;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.exactlyonce.gateway.log.LogAppender.CommitUnknownException;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.store.StoreFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that commits what is queued for its partitions, all of it in one
 * transaction. There is no linger: under load the previous commit is the linger, without
 * load nobody waits. Every future is completed after the commit, refusals and duplicates
 * too, for they were judged against state that was not committed yet.
 */
final class WriterLane implements Runnable {

	private static final Logger log = LoggerFactory.getLogger(WriterLane.class);

	private static final int MAX_ATTEMPTS = 3;

	private static final long IDLE_MILLIS = 100;

	private final LogAppender appender;

	private final GroupAnswers answers;

	private final AppendMetrics metrics;

	private final LinkedBlockingQueue<PendingAppend> queue = new LinkedBlockingQueue<>();

	private final int maxQueued;

	private final long maxGroupBytes;

	private final LaneFailures failures = new LaneFailures();

	private volatile boolean stopping;

	private volatile List<PendingAppend> inProgress = List.of();

	private volatile long groupStartedNanos;

	WriterLane(LogAppender appender, GroupAnswers answers, AppendMetrics metrics, LogProperties properties) {
		this.appender = appender;
		this.answers = answers;
		this.metrics = metrics;
		this.maxQueued = properties.maxQueuedAppends();
		this.maxGroupBytes = properties.maxGroupBytes().toBytes();
	}

	/**
	 * Takes an append, or refuses it at once.
	 * @param pending the append
	 * @return whether it was taken
	 */
	boolean offer(PendingAppend pending) {
		if (this.stopping) {
			pending.fail(Problem.of(ProblemType.STORE_UNAVAILABLE, "The gateway is stopping."));
			return false;
		}
		if (queued() >= this.maxQueued) {
			pending
				.fail(Problem.of(ProblemType.OVERLOADED, this.maxQueued + " appends are queued, which is the limit."));
			return false;
		}
		return this.queue.offer(pending);
	}

	/**
	 * Takes appends that were held back, in the order of their sequences. They were let
	 * in before, so the queue's limit is not for them.
	 * @param released the appends
	 */
	void resume(List<PendingAppend> released) {
		this.queue.addAll(released);
	}

	int queued() {
		return this.queue.size();
	}

	/** How long the group at hand is in progress; 0 when idle. */
	long groupNanos() {
		return this.inProgress.isEmpty() ? 0 : System.nanoTime() - this.groupStartedNanos;
	}

	/** Whether the database did not take the last group, and that not long ago. */
	boolean isFailing() {
		return this.failures.isRecent();
	}

	/** Ends the wait of those whose time is over. Called by the one sweeper. */
	void sweep() {
		this.inProgress.forEach(PendingAppend::expire);
		this.queue.removeIf(PendingAppend::expire);
	}

	/** Refuses what came too late for the lane, once its thread has ended. */
	void failQueued() {
		for (PendingAppend left = this.queue.poll(); left != null; left = this.queue.poll()) {
			left.fail(unavailable());
		}
	}

	/** Takes appends, before the thread starts. */
	void open() {
		this.stopping = false;
	}

	/** Takes no more, commits what is queued, then ends the thread. */
	void stop() {
		this.stopping = true;
	}

	@Override
	public void run() {
		boolean more = true;
		while (more) {
			try {
				more = step(IDLE_MILLIS) || !this.stopping;
			}
			catch (InterruptedException ex) {
				this.stopping = true;
			}
			catch (Throwable ex) {
				log.error("A lane failed unexpectedly", ex); // and goes on
			}
		}
	}

	/**
	 * Commits one group, if anything is queued.
	 * @param waitMillis how long to wait for the first
	 * @return whether there was anything to do
	 * @throws InterruptedException if the thread is told to end
	 */
	boolean step(long waitMillis) throws InterruptedException {
		PendingAppend first = this.queue.poll(waitMillis, TimeUnit.MILLISECONDS);
		if (first == null) {
			return false;
		}
		List<PendingAppend> group = new ArrayList<>(List.of(first));
		try {
			drain(group);
			this.groupStartedNanos = System.nanoTime();
			this.inProgress = group;
			commit(group);
		}
		catch (Throwable ex) {
			log.error("A lane failed unexpectedly", ex);
			group.forEach((pending) -> pending.fail(internalError()));
		}
		finally {
			this.inProgress = List.of();
		}
		return true;
	}

	/** Adds what is queued, up to the group's bounds. */
	private void drain(List<PendingAppend> group) {
		long bytes = bytes(group.get(0));
		while (group.size() < this.maxQueued) {
			PendingAppend following = this.queue.peek();
			if (following == null || bytes + bytes(following) > this.maxGroupBytes) {
				break;
			}
			PendingAppend next = this.queue.poll(); // another one, if the sweeper was
													// here
			if (next == null) {
				break;
			}
			bytes += bytes(next);
			group.add(next);
		}
		group.forEach(this.metrics::waited);
		this.metrics.group(group.size());
	}

	private static long bytes(PendingAppend pending) {
		return pending.request().batch().payload().length;
	}

	private void commit(List<PendingAppend> group) {
		for (int attempt = 1;; attempt++) {
			List<PendingAppend> alive = group.stream().filter((pending) -> !pending.expire()).toList();
			if (alive.isEmpty()) {
				return;
			}
			try {
				append(alive);
				return;
			}
			catch (CommitUnknownException ex) {
				this.failures.failed("The outcome of a commit is unknown, the log is asked", alive.size(), ex);
				rejudge(alive);
				return;
			}
			catch (RuntimeException ex) {
				if (StoreFailure.of(ex) != StoreFailure.CONTENTION || attempt == MAX_ATTEMPTS) {
					rolledBack(alive, ex);
					return;
				}
				log.debug("A group was rolled back by contention, attempt {}", attempt, ex);
			}
		}
	}

	private void append(List<PendingAppend> group) {
		List<AppendOutcome> outcomes = this.appender.append(requests(group));
		this.failures.succeeded();
		resume(this.answers.complete(group, outcomes));
	}

	/** One poisoned request must not sink its neighbours. */
	private void rolledBack(List<PendingAppend> group, RuntimeException cause) {
		if (StoreFailure.of(cause) != StoreFailure.DATA) {
			this.failures.failed("The database did not take a group", group.size(), cause);
			group.forEach((pending) -> pending.fail(unavailable()));
		}
		else if (group.size() > 1) {
			group.forEach((pending) -> commit(List.of(pending)));
		}
		else {
			log.error("An append failed because of its data", cause);
			group.get(0).fail(internalError());
		}
	}

	/**
	 * Those with an identity are judged once more: the log tells. The others cannot be
	 * told apart from new ones, so they are never run again.
	 */
	private void rejudge(List<PendingAppend> group) {
		List<PendingAppend> identified = new ArrayList<>();
		for (PendingAppend pending : group) {
			if (pending.request().identity() == null) {
				pending.fail(unavailable());
			}
			else if (!pending.expire()) {
				identified.add(pending);
			}
		}
		if (identified.isEmpty()) {
			return;
		}
		try {
			append(identified);
		}
		catch (RuntimeException ex) {
			this.failures.failed("The log did not tell the outcome", identified.size(), ex);
			identified.forEach((pending) -> pending.fail(unavailable()));
		}
	}

	private static List<AppendRequest> requests(List<PendingAppend> group) {
		return group.stream().map(PendingAppend::request).toList();
	}

	static Problem unavailable() {
		return Problem.of(ProblemType.STORE_UNAVAILABLE, "The database did not confirm the append.");
	}

	private static Problem internalError() {
		return Problem.of(ProblemType.INTERNAL_ERROR, "The gateway failed unexpectedly.");
	}

}
