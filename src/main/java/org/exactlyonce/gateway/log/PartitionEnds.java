package org.exactlyonce.gateway.log;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.exactlyonce.gateway.process.Periodic;
import org.exactlyonce.gateway.process.RepeatedTask;
import org.exactlyonce.gateway.store.ConnectionShare;
import org.exactlyonce.gateway.store.Store;
import org.exactlyonce.gateway.store.Transactions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;

/**
 * The partitions' ends, read from the database for all that follow them: the gauges, the
 * relay's lag, and readers that wait for what other replicas commit. All partitions are
 * read every two seconds, those that a record is waited for in much more often. A scrape
 * never waits for the database. Stops before the web server does.
 */
@Component
public class PartitionEnds implements SmartLifecycle {

	private static final Logger log = LoggerFactory.getLogger(PartitionEnds.class);

	private static final Duration PERIOD = Duration.ofMillis(25);

	/** Every two seconds. */
	private static final int LOOKS_AT_ALL = 80;

	/** Where those who are patient wait for a look at all. */
	private static final int MANY = 200;

	/**
	 * Local commits are published at once. Only one whose outcome was unknown is not, so
	 * once a second is enough where no other replica commits.
	 */
	private static final int UNSHARED_LOOKS = 40;

	private static final String ALL = """
			select p.partition_id, t.name, p.partition_number, p.log_start_offset, p.log_end_offset, p.producers,
				p.held_bytes
			from log_partition p join topic t on t.id = p.topic_id""";

	private static final String SOME = ALL
			+ " join unnest(cast(? as integer array)) q(wanted) on p.partition_id = q.wanted";

	private final Transactions transactions;

	private final Store store;

	private final DurableEnds ends;

	private final Periodic watch = new Periodic("partition-ends", PERIOD,
			new RepeatedTask("The look for partitions' ends", this::look));

	private final PartitionMetrics metrics;

	private volatile Map<Integer, PartitionEnd> latest = Map.of();

	private int looks;

	@Bean
	static ConnectionShare partitionEndsConnections() {
		return new ConnectionShare("the partitions' ends", 1);
	}

	PartitionEnds(Transactions transactions, Store store, DurableEnds ends, PartitionMetrics metrics) {
		this.transactions = transactions;
		this.store = store;
		this.ends = ends;
		this.metrics = metrics;
	}

	/**
	 * Where a partition ends, durable, as far as is known without asking the database.
	 * @param partition the partition
	 * @return the offset that its next record will get, up to a few seconds old; null if
	 * the database was not read yet
	 */
	public @Nullable Long end(int partition) {
		return this.latest.containsKey(partition) ? (Long) this.ends.end(partition) : null;
	}

	/**
	 * Where a partition starts, as far as is known without asking the database.
	 * @param partition the partition
	 * @return the offset of its first record, up to a few seconds old; null if the
	 * database was not read yet
	 */
	public @Nullable Long start(int partition) {
		PartitionEnd known = this.latest.get(partition);
		return (known != null) ? (Long) known.logStartOffset() : null;
	}

	/**
	 * What topics and partitions are called in meters, so that all meters of them agree.
	 * @return the names as of the last look, up to a few seconds old; null if the
	 * database was not read yet
	 */
	public @Nullable MeterNames meterNames() {
		return this.metrics.names();
	}

	/** Looks once. */
	void look() {
		int look = this.looks++;
		try {
			if (look % LOOKS_AT_ALL == 0) {
				lookAtAll();
			}
			else if (this.store.isShared() || look % UNSHARED_LOOKS == 0) {
				lookAt(awaited());
			}
		}
		catch (RuntimeException ex) {
			log.debug("The partitions' ends could not be read", ex);
		}
	}

	/** A relay of thousands of partitions must not make every look one at all of them. */
	private Set<Integer> awaited() {
		Set<Integer> awaited = this.ends.awaited();
		return (awaited.size() <= MANY) ? awaited : this.ends.awaitedUrgently();
	}

	/** What was known before, and is not there, is deleted. */
	private void lookAtAll() {
		Set<Integer> before = new HashSet<>(this.ends.awaited());
		before.addAll(this.latest.keySet());
		Map<Integer, Long> known = this.ends.known();
		this.latest = this.store.durably(this::all);
		known.forEach(this::putBack);
		publish(this.latest.values());
		before.stream().filter((partition) -> !this.latest.containsKey(partition)).forEach(this.ends::remove);
		this.metrics.show(this.latest.values());
	}

	/** A failover, or a copy that was restored, may lose what was durable. */
	private void putBack(int partition, long known) {
		PartitionEnd now = this.latest.get(partition);
		if (now != null && now.logEndOffset() < known && this.ends.putBack(partition, known, now.logEndOffset())) {
			log.error("Partition {} of topic {} ended at {} and ends at {} now: the database has lost records",
					now.number(), now.topic(), known, now.logEndOffset());
		}
	}

	/** To make sure that it is durable costs more than a look, so only for news. */
	private void lookAt(Set<Integer> awaited) {
		if (awaited.isEmpty()) {
			return;
		}
		List<PartitionEnd> found = some(awaited);
		if (found.stream().anyMatch((end) -> end.logEndOffset() > this.ends.end(end.partition()))) {
			publish(this.store.durably(() -> some(awaited)));
		}
		if (found.size() < awaited.size()) {
			Set<Integer> deleted = new HashSet<>(awaited);
			found.forEach((end) -> deleted.remove(end.partition()));
			deleted.forEach(this.ends::remove);
		}
	}

	private void publish(Collection<PartitionEnd> durable) {
		durable.forEach((end) -> this.ends.publish(end.partition(), end.logEndOffset()));
	}

	private Map<Integer, PartitionEnd> all() {
		return read(ALL).stream().collect(Collectors.toMap(PartitionEnd::partition, Function.identity()));
	}

	private List<PartitionEnd> some(Set<Integer> partitions) {
		return read(SOME, (Object) partitions.toArray(new Integer[0]));
	}

	private List<PartitionEnd> read(String sql, Object... parameters) {
		return this.transactions
			.inRoundTrips(
					(statements) -> statements.list(
							sql, (row) -> new PartitionEnd(row.getInt(1), row.getString(2), row.getInt(3),
									row.getLong(4), row.getLong(5), row.getLong(6), row.getObject(7, Long.class)),
							parameters));
	}

	@Override
	public void start() {
		this.watch.start();
	}

	@Override
	public void stop() {
		this.watch.stop();
	}

	@Override
	public boolean isRunning() {
		return this.watch.isRunning();
	}

}
