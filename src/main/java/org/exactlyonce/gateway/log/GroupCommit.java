package org.exactlyonce.gateway.log;

import java.util.List;
import java.util.function.Consumer;

import org.exactlyonce.gateway.log.LogAppender.CommitUnknownException;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.store.StoreFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings groups of one lane into the log, whatever happens on the way, and answers
 * everybody in them. Commits on the lane's thread; what is in progress may be asked from
 * any.
 */
final class GroupCommit {

	private static final Logger log = LoggerFactory.getLogger(GroupCommit.class);

	private static final int MAX_ATTEMPTS = 3;

	private final LogAppender appender;

	private final GroupAnswers answers;

	private final Consumer<List<PendingAppend>> released;

	private final LaneFailures failures = new LaneFailures();

	private volatile List<PendingAppend> inProgress = List.of();

	private volatile long beganNanos;

	/**
	 * Groups of one lane.
	 * @param appender stores a group
	 * @param answers answers a group that is stored
	 * @param released takes early appends that have their turn after a group
	 */
	GroupCommit(LogAppender appender, GroupAnswers answers, Consumer<List<PendingAppend>> released) {
		this.appender = appender;
		this.answers = answers;
		this.released = released;
	}

	/**
	 * Commits a group and answers it.
	 * @param group the group, in arrival order
	 * @throws RuntimeException if the gateway failed itself; some may have no answer yet
	 */
	void commit(List<PendingAppend> group) {
		this.beganNanos = System.nanoTime();
		this.inProgress = group;
		try {
			attempt(group);
		}
		finally {
			this.inProgress = List.of();
		}
	}

	/** How long the transaction at hand is in progress; 0 when idle. */
	long inProgressNanos() {
		return this.inProgress.isEmpty() ? 0 : System.nanoTime() - this.beganNanos;
	}

	/** How many appends are in it. */
	int inProgress() {
		return this.inProgress.size();
	}

	/** Whether the database did not take the last group, and that not long ago. */
	boolean isFailing() {
		return this.failures.isRecent();
	}

	/** Ends the wait of those in progress whose time is over. */
	void expire() {
		this.inProgress.forEach(PendingAppend::expire);
	}

	private void attempt(List<PendingAppend> group) {
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
		this.beganNanos = System.nanoTime();
		List<AppendOutcome> outcomes = this.appender.append(group.stream().map(PendingAppend::request).toList());
		this.failures.succeeded();
		this.released.accept(this.answers.complete(group, outcomes));
	}

	/** One poisoned request must not sink its neighbours. */
	private void rolledBack(List<PendingAppend> group, RuntimeException cause) {
		if (StoreFailure.of(cause) != StoreFailure.DATA) {
			this.failures.failed("The database did not take a group", group.size(), cause);
			group.forEach((pending) -> pending.fail(unavailable()));
		}
		else if (group.size() > 1) {
			group.forEach((pending) -> attempt(List.of(pending)));
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
		group.stream()
			.filter((pending) -> pending.request().identity() == null)
			.forEach((pending) -> pending.fail(unavailable()));
		List<PendingAppend> identified = group.stream()
			.filter((pending) -> pending.request().identity() != null && !pending.expire())
			.toList();
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

	static Problem unavailable() {
		return Problem.of(ProblemType.STORE_UNAVAILABLE, "The database did not confirm the append.");
	}

	static Problem internalError() {
		return Problem.of(ProblemType.INTERNAL_ERROR, "The gateway failed unexpectedly.");
	}

}
