package org.exactlyonce.gateway.log;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.exactlyonce.gateway.log.AppendGroup.Sequence;
import org.exactlyonce.gateway.producer.ProducerSequence;
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

	/**
	 * In SQL, with an array for a parameter: HQL with a list of them is translated anew
	 * for every group, which takes longer than to run it.
	 */
	private static final String LOCK = """
			select * from log_partition where partition_id = any(cast(:partitions as integer array))
			order by partition_id for update""";

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
			List<AppendOutcome> outcomes = this.store.durably(() -> transact(requests));
			sample.stop(this.commits);
			return outcomes;
		}
		catch (StoreSyncException ex) {
			throw new CommitUnknownException(ex);
		}
	}

	private List<AppendOutcome> transact(List<AppendRequest> requests) {
		StatelessSession session = this.sessions.openStatelessSession();
		try {
			Transaction transaction = session.beginTransaction();
			List<AppendOutcome> outcomes;
			try {
				AppendGroup group = new AppendGroup(lock(session, requests), read(session, requests),
						this.clock.instant().truncatedTo(ChronoUnit.MILLIS));
				outcomes = group.judge(requests);
				if (!group.writes()) {
					transaction.rollback();
					return outcomes;
				}
				this.store.requireRoom();
				group.write(session);
			}
			catch (RuntimeException ex) {
				rollback(transaction, ex);
				throw ex;
			}
			commit(transaction);
			return outcomes;
		}
		finally {
			close(session);
		}
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

	private static Map<Integer, LogPartition> lock(StatelessSession session, List<AppendRequest> requests) {
		TreeSet<Integer> wanted = new TreeSet<>();
		requests.forEach((request) -> wanted.add(request.partition()));
		Map<Integer, LogPartition> locked = new TreeMap<>();
		session.createNativeQuery(LOCK, LogPartition.class)
			.setParameter("partitions", wanted.toArray(Integer[]::new))
			.getResultList()
			.forEach((partition) -> locked.put(partition.partition(), partition));
		return locked;
	}

	/**
	 * A statement of its own, so that its snapshot is younger than the lock: an epoch
	 * raised before the lock was granted is seen.
	 */
	private static Map<ProducerSequence.Key, Sequence> read(StatelessSession session, List<AppendRequest> requests) {
		LinkedHashSet<ProducerSequence.Key> wanted = new LinkedHashSet<>();
		for (AppendRequest request : requests) {
			ProducerSequence.Key key = request.sequenceKey();
			if (key != null) {
				wanted.add(key);
			}
		}
		Map<ProducerSequence.Key, Sequence> found = AppendGroup.states();
		SequenceQueries.read(session, wanted)
			.forEach((key, row) -> found.put(key, new Sequence(row.state(), row.version())));
		return found;
	}

	/** The group may or may not be committed. */
	static final class CommitUnknownException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		CommitUnknownException(Throwable cause) {
			super("The outcome of a commit is unknown", cause);
		}

	}

}
