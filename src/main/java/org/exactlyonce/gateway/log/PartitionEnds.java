package org.exactlyonce.gateway.log;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
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

	/**
	 * Local commits are published at once. Only one whose outcome was unknown is not, so
	 * once a second is enough where no other replica commits.
	 */
	private static final int UNSHARED_LOOKS = 40;

	private static final String ALL = "select partition_id, log_end_offset, producers from log_partition";

	private static final String SOME = ALL
			+ " join unnest(cast(? as integer array)) q(wanted) on partition_id = q.wanted";

	private final Transactions transactions;

	private final Store store;

	private final DurableEnds ends;

	private final Periodic watch = new Periodic("partition-ends", PERIOD,
			new RepeatedTask("The look for partitions' ends", this::look));

	private volatile Map<Integer, End> latest = Map.of();

	private int looks;

	@Bean
	static ConnectionShare partitionEndsConnections() {
		return new ConnectionShare("the partitions' ends", 1);
	}

	PartitionEnds(Transactions transactions, Store store, DurableEnds ends, Partitions partitions,
			MeterRegistry meters) {
		this.transactions = transactions;
		this.store = store;
		this.ends = ends;
		for (int partition : partitions.numbers()) {
			gauge("gateway.log.end.offset", "The offset that the partition's next record will get", partition, meters,
					End::logEndOffset);
			gauge("gateway.partition.producers", "Producers with at least one committed record in the partition",
					partition, meters, End::producers);
		}
	}

	private void gauge(String name, String description, int partition, MeterRegistry meters,
			ToDoubleFunction<End> value) {
		Gauge.builder(name, () -> {
			End known = this.latest.get(partition);
			return (known != null) ? value.applyAsDouble(known) : Double.NaN;
		}).description(description).tag("partition", Integer.toString(partition)).register(meters);
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

	/** Looks once. */
	void look() {
		int look = this.looks++;
		try {
			if (look % LOOKS_AT_ALL == 0) {
				this.latest = this.store.durably(this::all);
				publish(this.latest.values());
			}
			else if (this.store.isShared() || look % UNSHARED_LOOKS == 0) {
				lookAt(this.ends.awaited());
			}
		}
		catch (RuntimeException ex) {
			log.debug("The partitions' ends could not be read", ex);
		}
	}

	/** To make sure that it is durable costs more than a look, so only for news. */
	private void lookAt(Set<Integer> awaited) {
		if (!awaited.isEmpty()
				&& some(awaited).stream().anyMatch((end) -> end.logEndOffset() > this.ends.end(end.partition()))) {
			publish(this.store.durably(() -> some(awaited)));
		}
	}

	private void publish(Collection<End> durable) {
		durable.forEach((end) -> this.ends.publish(end.partition(), end.logEndOffset()));
	}

	private Map<Integer, End> all() {
		return read(ALL).stream().collect(Collectors.toMap(End::partition, Function.identity()));
	}

	private List<End> some(Set<Integer> partitions) {
		return read(SOME, (Object) partitions.toArray(new Integer[0]));
	}

	private List<End> read(String sql, Object... parameters) {
		return this.transactions.inRoundTrips((statements) -> statements.list(sql,
				(row) -> new End(row.getInt(1), row.getLong(2), row.getLong(3)), parameters));
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

	private record End(int partition, long logEndOffset, long producers) {
	}

}
