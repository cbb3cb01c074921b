package org.exactlyonce.gateway.commit;

import java.util.List;

import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.process.ProcessEnd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that commits what is queued for its partitions, all of it in one
 * transaction. There is no linger: under load the previous commit is the linger, without
 * load there is no wait. Every future is completed after the commit, refusals and
 * duplicates too, for they were judged against state that was not committed yet.
 */
final class WriterLane implements Runnable {

	private static final Logger log = LoggerFactory.getLogger(WriterLane.class);

	private static final long IDLE_MILLIS = 100;

	private final GroupCommit commits;

	private final AppendMetrics metrics;

	private final LaneQueue queue;

	private final int maxQueued;

	private final long maxGroupBytes;

	private volatile boolean stopping;

	WriterLane(GroupTransaction transaction, GroupAnswers answers, AppendMetrics metrics, CommitProperties properties) {
		this.commits = new GroupCommit(transaction, answers);
		this.metrics = metrics;
		this.queue = new LaneQueue(properties.maxQueuedAppends(), System::nanoTime);
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
			pending.fail(CommitProblems.stopping());
			return false;
		}
		Problem refusal = this.queue.offer(pending);
		if (refusal != null) {
			pending.fail(refusal);
		}
		return refusal == null;
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

	/** How long the transaction at hand is in progress; 0 when idle. */
	long inProgressNanos() {
		return this.commits.inProgressNanos();
	}

	/** How many appends are in it. */
	int inProgress() {
		return this.commits.inProgress();
	}

	/** Whether the database did not take the last group, and that not long ago. */
	boolean isFailing() {
		return this.commits.isFailing();
	}

	/** Ends the wait of those whose time is over. Called by the one sweeper. */
	void sweep() {
		this.commits.expire();
		this.queue.expire();
	}

	/** Refuses what came too late for the lane, once its thread has ended. */
	void failQueued() {
		this.queue.takeAll().forEach((pending) -> pending.fail(CommitProblems.notConfirmed()));
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
				ProcessEnd.onOutOfMemory(ex);
				log.error("A lane failed unexpectedly", ex); // and goes on
			}
		}
	}

	/**
	 * Commits one group, if anything is queued.
	 * @param waitMillis how long to wait for the first
	 * @return whether there was anything to do
	 * @throws InterruptedException if the thread is interrupted
	 */
	boolean step(long waitMillis) throws InterruptedException {
		List<PendingAppend> group = this.queue.take(waitMillis, this.maxQueued, this.maxGroupBytes);
		if (group.isEmpty()) {
			return false;
		}
		try {
			group.forEach(this.metrics::waited);
			this.metrics.group(group.size());
			this.commits.commit(group);
		}
		catch (Throwable ex) {
			ProcessEnd.onOutOfMemory(ex); // before it is answered
			log.error("A lane failed unexpectedly", ex);
			group.forEach((pending) -> pending.fail(CommitProblems.internalError()));
		}
		finally {
			resume(this.commits.takeReleased());
		}
		return true;
	}

}
