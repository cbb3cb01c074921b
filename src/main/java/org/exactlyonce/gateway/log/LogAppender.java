package org.exactlyonce.gateway.log;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.exactlyonce.gateway.store.Store;
import org.exactlyonce.gateway.store.StoreSyncException;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.Transaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * Commits a group of appends in one transaction: lock the partitions, read the sequences
 * in a later statement, judge, write, commit, sync. The database alone keeps two replicas
 * right; nothing is remembered from one group to the next.
 */
@Component
class LogAppender {

	private static final Logger log = LoggerFactory.getLogger(LogAppender.class);

	private final SessionFactory sessions;

	private final Store store;

	private final Clock clock;

	private final Timer commits;

	LogAppender(SessionFactory sessions, Store store, Clock clock, MeterRegistry meters) {
		this.sessions = sessions;
		this.store = store;
		this.clock = clock;
		this.commits = Timer.builder("gateway.commit.duration")
			.description("A group's transaction, from the first lock to the end of the sync")
			.publishPercentileHistogram()
			.register(meters);
	}

	/**
	 * Judges and stores a group.
	 * @param requests the group, in arrival order
	 * @return the outcomes in the same order, durable
	 * @throws CommitUnknownException if the group may or may not be committed
	 * @throws RuntimeException if the group was rolled back
	 */
	List<AppendOutcome> append(List<AppendRequest> requests) {
		Timer.Sample sample = Timer.start();
		try {
			Group group = this.store.durably(() -> transact(requests), Group::confirmed);
			sample.stop(this.commits);
			return group.outcomes();
		}
		catch (StoreSyncException ex) {
			throw new CommitUnknownException(ex);
		}
	}

	private Group transact(List<AppendRequest> requests) {
		StatelessSession session = this.sessions.openStatelessSession();
		try {
			Transaction transaction = session.beginTransaction();
			List<AppendOutcome> outcomes;
			boolean confirmed;
			try {
				GroupRows rows = new GroupRows(new Statements(session, this.store.takesSeveralStatements()), session);
				AppendGroup group = rows.lock(requests, this::now);
				outcomes = group.judge(requests);
				if (!group.writes()) {
					transaction.rollback();
					return new Group(outcomes, false);
				}
				this.store.requireRoom();
				confirmed = group.write(rows);
			}
			catch (RuntimeException ex) {
				rollback(transaction, ex);
				throw ex;
			}
			commit(transaction);
			return new Group(outcomes, confirmed);
		}
		finally {
			close(session);
		}
	}

	private Instant now() {
		return this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
	}

	/** After the commit a failure here must not look like a rollback. */
	private static void close(StatelessSession session) {
		try {
			session.close();
		}
		catch (RuntimeException ex) {
			log.warn("A session could not be closed", ex);
		}
	}

	/** Nothing goes to a database that got the commit with the writes. */
	private static void commit(Transaction transaction) {
		try {
			transaction.commit();
		}
		catch (RuntimeException ex) {
			throw new CommitUnknownException(ex);
		}
	}

	private static void rollback(Transaction transaction, RuntimeException cause) {
		try {
			transaction.rollback();
		}
		catch (RuntimeException ex) {
			cause.addSuppressed(ex);
		}
	}

	/**
	 * A judged group.
	 *
	 * @param outcomes in the order of its requests
	 * @param confirmed whether it is durable by its own commit, which is younger than all
	 * it has read
	 */
	private record Group(List<AppendOutcome> outcomes, boolean confirmed) {
	}

	/** The group may or may not be committed. */
	static final class CommitUnknownException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		CommitUnknownException(Throwable cause) {
			super("The outcome of a commit is unknown", cause);
		}

	}

}
