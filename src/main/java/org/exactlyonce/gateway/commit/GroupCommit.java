package org.exactlyonce.gateway.commit;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;

import org.exactlyonce.gateway.statement.CommitUnknownException;
import org.exactlyonce.gateway.statement.StoreFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits groups of one lane, whatever fails on the way, and has each of their appends
 * answered. Commits on the lane's thread; what is in progress may be asked from any.
 */
final class GroupCommit {

	private static final Logger log = LoggerFactory.getLogger(GroupCommit.class);

	private static final int MAX_ATTEMPTS = 3;

	private static final int MAX_ATTEMPTS_OF_IDS = 50;

	private static final int MAX_PAUSE_MILLIS = 20;

	private final GroupTransaction transaction;

	private final GroupAnswers answers;

	private final LaneFailures failures = new LaneFailures(System::nanoTime);

	/** Expired like those in progress, as a group may take several transactions. */
	private final Queue<PendingAppend> released = new ConcurrentLinkedQueue<>();

	private volatile List<PendingAppend> inProgress = List.of();

	private volatile long beganNanos;

	/**
	 * Groups of one lane.
	 * @param transaction stores a group
	 * @param answers answers a group that is stored
	 */
	GroupCommit(GroupTransaction transaction, GroupAnswers answers) {
		this.transaction = transaction;
		this.answers = answers;
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
			commit(group, false);
		}
		finally {
			this.inProgress = List.of();
		}
	}

	/**
	 * Gives away the appends that were held and have had their turn since the last call,
	 * whatever became of the group.
	 * @return the appends, in the order of their sequences
	 */
	List<PendingAppend> takeReleased() {
		List<PendingAppend> taken = new ArrayList<>();
		for (PendingAppend one = this.released.poll(); one != null; one = this.released.poll()) {
			taken.add(one);
		}
		return taken;
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
		this.released.forEach(PendingAppend::expire);
	}

	/** In doubt is what an earlier transaction may have stored. */
	private void commit(List<PendingAppend> group, boolean inDoubt) {
		RuntimeException contention = null;
		for (int attempt = 1;; attempt++) {
			List<PendingAppend> alive = group.stream().filter((pending) -> !pending.expire()).toList();
			if (alive.isEmpty()) {
				if (contention != null) {
					this.failures.failed("Others were in the way until the time was over", group.size(), contention);
				}
				return;
			}
			List<Judgement> judgements;
			try {
				judgements = append(alive);
			}
			catch (CommitUnknownException ex) {
				this.failures.failed("The outcome of a commit is unknown, the log is asked", alive.size(), ex);
				judgeAgain(alive);
				return;
			}
			catch (RuntimeException ex) {
				if (StoreFailure.of(ex) != StoreFailure.CONTENTION) {
					rolledBack(alive, inDoubt, ex);
					return;
				}
				log.debug("A group was rolled back by contention, attempt {}", attempt, ex);
				contention = ex;
				if (attempt >= maxAttempts(alive) || (attempt >= MAX_ATTEMPTS && !pause())) {
					halveOrGiveUp(alive, inDoubt, ex);
					return;
				}
				continue;
			}
			answer(alive, inDoubt, judgements);
			return;
		}
	}

	/**
	 * An id that another lane or replica has stored first is known at the next attempt.
	 * So each attempt comes further, and an append with ids has more of them, on its own.
	 */
	private static int maxAttempts(List<PendingAppend> group) {
		return (group.size() == 1 && group.get(0).request().hasIds()) ? MAX_ATTEMPTS_OF_IDS : MAX_ATTEMPTS;
	}

	/** Lets others go first; false if the thread is to end. */
	private static boolean pause() {
		try {
			Thread.sleep(ThreadLocalRandom.current().nextInt(MAX_PAUSE_MILLIS));
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/** Ids that others store at the same time must not keep their neighbours waiting. */
	private void halveOrGiveUp(List<PendingAppend> group, boolean inDoubt, RuntimeException cause) {
		if (group.size() == 1 || group.stream().noneMatch((pending) -> pending.request().hasIds())) {
			rolledBack(group, inDoubt, cause);
			return;
		}
		commit(group.subList(0, group.size() / 2), inDoubt);
		commit(group.subList(group.size() / 2, group.size()), inDoubt);
	}

	private List<Judgement> append(List<PendingAppend> group) {
		this.beganNanos = System.nanoTime();
		List<Judgement> judgements = this.transaction.append(group.stream().map(PendingAppend::request).toList());
		this.failures.succeeded();
		return judgements;
	}

	/** After the commit a failure must not look like a rollback, and run it again. */
	private void answer(List<PendingAppend> group, boolean inDoubt, List<Judgement> judgements) {
		for (int i = 0; inDoubt && i < group.size(); i++) {
			if (judgements.get(i).leavesDoubt()) {
				group.get(i).fail(CommitProblems.notConfirmed());
			}
		}
		List<Retry> retries = this.answers.complete(group, judgements);
		this.released.addAll(this.answers.release(group, judgements));
		this.answers.compare(retries);
	}

	/** One poisoned request must not sink its neighbours. */
	private void rolledBack(List<PendingAppend> group, boolean inDoubt, RuntimeException cause) {
		if (StoreFailure.of(cause) != StoreFailure.DATA) {
			this.failures.failed("The database did not take a group", group.size(), cause);
			fail(group);
		}
		else if (group.size() > 1) {
			group.forEach((pending) -> commit(List.of(pending), inDoubt));
		}
		else {
			log.error("An append failed because of its data", cause);
			group.get(0).fail(CommitProblems.internalError());
		}
	}

	/**
	 * Those that are repeatable are judged once more: the log has the outcome, unless a
	 * fence or another owner came between. The others cannot be told apart from new ones,
	 * so they are never run again.
	 */
	private void judgeAgain(List<PendingAppend> group) {
		fail(group.stream().filter((pending) -> !pending.request().identity().isRepeatable()).toList());
		List<PendingAppend> alive = group.stream()
			.filter((pending) -> pending.request().identity().isRepeatable() && !pending.expire())
			.toList();
		if (alive.isEmpty()) {
			return;
		}
		List<Judgement> judgements;
		try {
			judgements = append(alive);
		}
		catch (RuntimeException ex) {
			if (StoreFailure.of(ex) == StoreFailure.CONTENTION && !(ex instanceof CommitUnknownException)) {
				commit(alive, true);
				return;
			}
			this.failures.failed("The log did not give the outcome", alive.size(), ex);
			fail(alive);
			return;
		}
		answer(alive, true, judgements);
	}

	private static void fail(List<PendingAppend> group) {
		group.forEach((pending) -> pending.fail(CommitProblems.notConfirmed()));
	}

}
