package org.exactlyonce.gateway.commit;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import org.exactlyonce.gateway.log.DurableEnds;
import org.exactlyonce.gateway.process.Periodic;
import org.exactlyonce.gateway.process.RepeatedTask;
import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.producer.SequenceRow;
import org.exactlyonce.gateway.producer.SequenceTable;
import org.exactlyonce.gateway.store.RoundTrip;
import org.exactlyonce.gateway.store.Store;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Looks for what other replicas have done and this one waits for: commits that readers
 * wait for, predecessors and fences that held appends wait for. It asks the database only
 * while something waits. Stops before the web server does, so that held appends are
 * answered by then.
 */
@Component
class ReplicaWatcher implements SmartLifecycle {

	private static final Logger log = LoggerFactory.getLogger(ReplicaWatcher.class);

	private static final Duration PERIOD = Duration.ofMillis(25);

	/**
	 * Local commits are published at once. Only one whose outcome was unknown is not, so
	 * once a second is enough where no other replica commits.
	 */
	private static final int UNSHARED_LOOKS = 40;

	private final SessionFactory sessions;

	private final Store store;

	private final DurableEnds ends;

	private final Lanes lanes;

	private int looks;

	private final Periodic watching = new Periodic("tail-watcher", PERIOD,
			new RepeatedTask("The look for other replicas", this::look));

	ReplicaWatcher(SessionFactory sessions, Store store, DurableEnds ends, Lanes lanes) {
		this.sessions = sessions;
		this.store = store;
		this.ends = ends;
		this.lanes = lanes;
	}

	/** Looks once. */
	void look() {
		try {
			Set<ProducerSequence.Key> held = this.lanes.held();
			if (!held.isEmpty()) {
				read((session) -> sequences(session, held))
					.forEach((key, row) -> this.lanes.advanced(key, row.state()));
			}
			boolean all = this.store.isShared() || this.looks++ % UNSHARED_LOOKS == 0;
			if (all && this.ends.hasWaiters()) {
				ends();
			}
		}
		catch (RuntimeException ex) {
			log.debug("The database did not tell what other replicas have done", ex);
		}
	}

	/** To make sure that it is durable costs more than a look, so only for news. */
	private void ends() {
		if (read(ReplicaWatcher::ends).stream().anyMatch((end) -> end.end() > this.ends.end(end.partition()))) {
			this.store.durably(() -> read(ReplicaWatcher::ends))
				.forEach((end) -> this.ends.publish(end.partition(), end.end()));
		}
	}

	private <T> T read(Function<StatelessSession, T> query) {
		try (StatelessSession session = this.sessions.openStatelessSession()) {
			session.beginTransaction();
			T result = query.apply(session);
			session.getTransaction().commit();
			return result;
		}
	}

	private static Map<ProducerSequence.Key, SequenceRow> sequences(StatelessSession session,
			Set<ProducerSequence.Key> wanted) {
		Map<ProducerSequence.Key, SequenceRow> found = new HashMap<>();
		RoundTrip statements = new RoundTrip(session, false);
		SequenceTable.read(statements, wanted, found::put);
		statements.run();
		return found;
	}

	private static List<End> ends(StatelessSession session) {
		return session
			.createSelectionQuery("select p.partition, p.logEndOffset from LogPartition p order by p.partition",
					End.class)
			.getResultList();
	}

	@Override
	public void start() {
		this.lanes.holdEarly(true);
		this.watching.start();
	}

	@Override
	public void stop() {
		this.watching.stop();
		this.lanes.holdEarly(false);
	}

	@Override
	public boolean isRunning() {
		return this.watching.isRunning();
	}

	private record End(int partition, long end) {
	}

}
