package org.exactlyonce.gateway.relay;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Reports what the relay of this gateway does. Down only when an operator has to act; an
 * absent Kafka is in the details. No probe asks for it, as ingestion goes on.
 */
final class RelayHealth implements HealthIndicator {

	private final Relay relay;

	private final RelayLag lag;

	private final RelayProperties properties;

	RelayHealth(Relay relay, RelayLag lag, RelayProperties properties) {
		this.relay = relay;
		this.lag = lag;
		this.properties = properties;
	}

	@Override
	public Health health() {
		List<PartitionRelay> held = this.relay.partitions().stream().filter(PartitionRelay::isHeld).toList();
		Map<Integer, RelayStatus.Trouble> stopped = new TreeMap<>();
		Map<Integer, RelayStatus.Trouble> retrying = new TreeMap<>();
		for (PartitionRelay partition : held) {
			RelayStatus.Trouble trouble = partition.status().trouble();
			if (trouble != null) {
				(trouble.stopped() ? stopped : retrying).put(partition.partition(), trouble);
			}
		}
		Health.Builder health = (stopped.isEmpty() ? Health.up() : Health.down())
			.withDetail("topic", this.properties.topic())
			.withDetail("partitionsHeld", held.size())
			.withDetail("lagRecords", this.lag.records())
			.withDetail("lagSeconds", this.lag.seconds());
		if (!this.relay.otherTopics().isEmpty()) {
			health.withDetail("otherTopics", new TreeSet<>(this.relay.otherTopics()));
		}
		add(health, "stopped", stopped);
		add(health, "retrying", retrying);
		return health.build();
	}

	/** All partitions with one and the same trouble share an entry. */
	private static void add(Health.Builder health, String name, Map<Integer, RelayStatus.Trouble> troubles) {
		if (!troubles.isEmpty()) {
			health.withDetail(name,
					troubles.values()
						.stream()
						.distinct()
						.map((trouble) -> Map.of("partitions",
								troubles.keySet().stream().filter((key) -> trouble.equals(troubles.get(key))).toList(),
								"reason", trouble.reason(), "action", trouble.action()))
						.toList());
		}
	}

}
