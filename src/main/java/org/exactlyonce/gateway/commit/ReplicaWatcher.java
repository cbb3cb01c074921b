package org.exactlyonce.gateway.commit;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import org.exactlyonce.gateway.process.Periodic;
import org.exactlyonce.gateway.process.RepeatedTask;
import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.producer.SequenceRow;
import org.exactlyonce.gateway.producer.SequenceTable;
import org.exactlyonce.gateway.statement.RoundTrip;
import org.exactlyonce.gateway.store.ConnectionShare;
import org.exactlyonce.gateway.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;

/**
 * Looks for what other replicas have committed and held appends wait for: predecessors,
 * fences, and the end of their topic. Asks the database only while an append is held.
 * Stops before the web server does, so that held appends are answered by then.
 */
@Component
class ReplicaWatcher implements SmartLifecycle {

	private static final Logger log = LoggerFactory.getLogger(ReplicaWatcher.class);

	private static final String GONE = """
			select q.partition_id from unnest(cast(? as integer array)) q(partition_id)
			left join log_partition p on p.partition_id = q.partition_id and p.topic_id is not null
			where p.partition_id is null""";

	private static final Duration PERIOD = Duration.ofMillis(25);

	private final Transactions transactions;

	private final Lanes lanes;

	private final Periodic watching = new Periodic("replica-watcher", PERIOD,
			new RepeatedTask("The look for other replicas", this::look));

	@Bean
	static ConnectionShare replicaWatcherConnections() {
		return new ConnectionShare("the look for other replicas", 1);
	}

	ReplicaWatcher(Transactions transactions, Lanes lanes) {
		this.transactions = transactions;
		this.lanes = lanes;
	}

	/** Looks once. */
	void look() {
		try {
			Set<ProducerSequence.Key> held = this.lanes.held();
			if (!held.isEmpty()) {
				Set<Integer> gone = new HashSet<>();
				this.transactions.inRoundTrips((statements) -> sequences(statements, held, gone::add))
					.forEach((key, row) -> this.lanes.advanced(key, row.state()));
				this.lanes.gone(gone);
			}
		}
		catch (RuntimeException ex) {
			log.debug("The state of producers with held appends could not be read", ex);
		}
	}

	private static Map<ProducerSequence.Key, SequenceRow> sequences(RoundTrip statements,
			Set<ProducerSequence.Key> wanted, Consumer<Integer> gone) {
		Map<ProducerSequence.Key, SequenceRow> found = new HashMap<>();
		SequenceTable.read(statements, wanted, found::put);
		statements
			.query(GONE, (row) -> gone.accept(row.getInt(1)),
					(Object) wanted.stream().map(ProducerSequence.Key::partition).distinct().toArray(Integer[]::new))
			.run();
		return found;
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

}
