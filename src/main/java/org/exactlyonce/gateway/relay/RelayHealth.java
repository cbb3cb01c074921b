package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Reports what the relay of this gateway does. Down when an operator has to act, and when
 * it relays nothing as the database does not renew its leases; an absent Kafka is in the
 * details. No probe asks for it, as ingestion goes on.
 */
final class RelayHealth implements HealthIndicator {

	/** How many troubles are shown, and how many partitions of each. */
	private static final int MOST = 100;

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
		Map<Entry, List<Integer>> stopped = new LinkedHashMap<>();
		Map<Entry, List<Integer>> retrying = new LinkedHashMap<>();
		for (PartitionRelay relay : held) {
			RelayStatus.Trouble trouble = relay.status().trouble();
			if (trouble != null) {
				(trouble.stopped() ? stopped : retrying)
					.computeIfAbsent(new Entry(relay.partition().topic().name(), trouble), (any) -> new ArrayList<>())
					.add(relay.partition().number());
			}
		}
		Duration sinceRenewal = this.relay.sinceRenewal();
		boolean leased = sinceRenewal.compareTo(Leases.TERM) <= 0;
		Health.Builder health = ((stopped.isEmpty() && leased) ? Health.up() : Health.down())
			.withDetail("topic", this.properties.topic())
			.withDetail("partitionsHeld", held.size());
		RelayLag.Lag total = this.lag.total();
		addKnown(health, "lagRecords", total.records());
		addKnown(health, "lagSeconds", total.seconds());
		if (!this.relay.otherTopics().isEmpty()) {
			health.withDetail("otherTopics", new TreeSet<>(this.relay.otherTopics()));
		}
		if (!leased) {
			health.withDetail("leases", notRenewed(sinceRenewal));
		}
		add(health, "stopped", stopped);
		add(health, "retrying", retrying);
		return health.build();
	}

	private static Map<String, Object> notRenewed(Duration since) {
		Map<String, Object> shown = new LinkedHashMap<>();
		shown.put("reason", "The leases are not renewed for " + since.toSeconds()
				+ " s, so that this gateway relays nothing: the database is away, full or slow, or does not let go of a lock.");
		shown.put("action",
				"The relay tries again by itself. If it stays, see what db in /actuator/health says, and who"
						+ " locks the tables relay_lease and relay_member.");
		return shown;
	}

	private static void addKnown(Health.Builder health, String name, double value) {
		if (Double.isFinite(value)) {
			health.withDetail(name, (long) value);
		}
	}

	/** All partitions of a topic with one and the same trouble share an entry. */
	private static void add(Health.Builder health, String name, Map<Entry, List<Integer>> troubles) {
		if (!troubles.isEmpty()) {
			health.withDetail(name,
					troubles.entrySet()
						.stream()
						.limit(MOST)
						.map((entry) -> entry.getKey().shown(entry.getValue()))
						.toList());
		}
		if (troubles.size() > MOST) {
			health.withDetail(name + "NotShown", troubles.size() - MOST);
		}
	}

	/**
	 * Partitions that have one trouble.
	 *
	 * @param topic their topic
	 * @param trouble what is wrong
	 */
	private record Entry(String topic, RelayStatus.Trouble trouble) {

		private Map<String, Object> shown(List<Integer> partitions) {
			Map<String, Object> shown = new LinkedHashMap<>();
			shown.put("topic", this.topic);
			shown.put("partitions", partitions.stream().limit(MOST).toList());
			if (partitions.size() > MOST) {
				shown.put("partitionsNotShown", partitions.size() - MOST);
			}
			shown.put("reason", this.trouble.reason());
			shown.put("action", this.trouble.action());
			return shown;
		}

	}

}
