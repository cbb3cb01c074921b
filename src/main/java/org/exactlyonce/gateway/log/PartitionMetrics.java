package org.exactlyonce.gateway.log;

import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.exactlyonce.gateway.process.Periodic;
import org.exactlyonce.gateway.process.RepeatedTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The partitions' ends as gauges. They are read from the database every few seconds, for
 * other replicas append too; a scrape never waits for the database.
 */
@Component
class PartitionMetrics implements SmartLifecycle {

	private static final Logger log = LoggerFactory.getLogger(PartitionMetrics.class);

	private static final Duration PERIOD = Duration.ofSeconds(2);

	private final Partitions partitions;

	private volatile List<LogPartition> latest = List.of();

	private final Periodic refresher = new Periodic("partition-metrics", PERIOD,
			new RepeatedTask("The refresh of metrics", this::refresh));

	PartitionMetrics(Partitions partitions, LogProperties properties, MeterRegistry meters) {
		this.partitions = partitions;
		for (int i = 0; i < properties.partitions(); i++) {
			gauge("gateway.log.end.offset", "The offset that the partition's next record will get", i, meters,
					LogPartition::logEndOffset);
			gauge("gateway.partition.producers", "Producers with at least one committed record in the partition", i,
					meters, LogPartition::producers);
		}
	}

	private void gauge(String name, String description, int partition, MeterRegistry meters,
			ToDoubleFunction<LogPartition> value) {
		Gauge
			.builder(name,
					() -> (partition < this.latest.size()) ? value.applyAsDouble(this.latest.get(partition))
							: Double.NaN)
			.description(description)
			.tag("partition", Integer.toString(partition))
			.register(meters);
	}

	private void refresh() {
		try {
			this.latest = this.partitions.list();
		}
		catch (RuntimeException ex) {
			log.debug("The partitions' ends could not be read", ex);
		}
	}

	@Override
	public void start() {
		this.refresher.start();
	}

	@Override
	public void stop() {
		this.refresher.stop();
	}

	@Override
	public boolean isRunning() {
		return this.refresher.isRunning();
	}

}
