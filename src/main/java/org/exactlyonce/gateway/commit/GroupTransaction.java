package org.exactlyonce.gateway.commit;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.exactlyonce.gateway.statement.CommitUnknownException;
import org.exactlyonce.gateway.statement.RoundTrip;
import org.exactlyonce.gateway.store.Fences;
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
class GroupTransaction {

	private static final Logger log = LoggerFactory.getLogger(GroupTransaction.class);

	private final SessionFactory sessions;

	private final Store store;

	private final Fences fences;

	private final Clock clock;

	private final Timer commits;

	GroupTransaction(SessionFactory sessions, Store store, Fences fences, Clock clock, MeterRegistry meters) {
		this.sessions = sessions;
		this.store = store;
		this.fences = fences;
		this.clock = clock;
		this.commits = Timer.builder("gateway.commit.duration")
			.description("A group's transaction, from the first lock to the end of the sync")
			.publishPercentileHistogram()
			.register(meters);
	}

	/**
	 * Judges and stores a group.
	 * @param requests the group, in arrival order
	 * @return the judgements in the same order, durable
	 * @throws CommitUnknownException if the group may or may not be committed
	 * @throws RuntimeException if the group was rolled back
	 */
	List<Judgement> append(List<AppendRequest> requests) {
		Timer.Sample sample = Timer.start();
		try {
			Group group = this.store.durably(() -> transact(requests), Group::confirmed);
			sample.stop(this.commits);
			return group.judgements();
		}
		catch (StoreSyncException ex) {
			throw new CommitUnknownException(ex);
		}
	}

	private Group transact(List<AppendRequest> requests) {
		StatelessSession session = this.sessions.openStatelessSession();
		RoundTrip statements = new RoundTrip(session, this.store.takesSeveralStatements());
		try (GroupRows rows = new GroupRows(statements, this.fences)) {
			Transaction transaction = session.beginTransaction();
			try {
				Judged judged = judge(rows, requests);
				if (judged.changes().isEmpty()) {
					transaction.rollback();
					return new Group(judged.judgements(), false);
				}
				this.store.requireRoom();
				return new Group(judged.judgements(), rows.writeAndCommit(judged.changes()));
			}
			catch (RuntimeException | Error ex) {
				rollback(transaction, ex);
				throw ex;
			}
		}
		finally {
			close(session);
		}
	}

	/** What the first judgement claims may be another's by now: it is looked at. */
	private Judged judge(GroupRows rows, List<AppendRequest> requests) {
		GroupState committed = rows.lock(requests);
		Judged judged = AppendGroup.judge(committed, requests, wallTime());
		Set<Long> claimed = judged.changes().claims().keySet();
		return claimed.isEmpty() ? judged
				: AppendGroup.judge(rows.lockOwners(committed, claimed), requests, wallTime());
	}

	private Instant wallTime() {
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

	private static void rollback(Transaction transaction, Throwable cause) {
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
	 * @param judgements in the order of its requests
	 * @param confirmed whether it is durable by its own commit, which is younger than all
	 * it has read
	 */
	private record Group(List<Judgement> judgements, boolean confirmed) {
	}

}
