package org.exactlyonce.gateway.relay;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Opens producers, and bounds the memory of those that are open: each has a thread and
 * connections of its own, and keeps the buffers of its largest transaction. Over an
 * eighth of the heap, those that were used longest ago are closed. Thread-safe.
 */
final class OpenProducers {

	/** What a producer takes that has sent little, about. */
	private static final long IDLE_BYTES = 1024 * 1024;

	private final long maxBytes = Runtime.getRuntime().maxMemory() / 8;

	private final KafkaClients clients;

	private final RelayTopics topics;

	private final CursorReader cursors;

	private final RelayProperties properties;

	private final RelayLog log;

	/** With what each takes, the one that was used longest ago first. */
	private final Map<PartitionRelay, Long> open = new LinkedHashMap<>();

	OpenProducers(KafkaClients clients, RelayTopics topics, CursorReader cursors, RelayProperties properties,
			RelayLog log) {
		this.clients = clients;
		this.topics = topics;
		this.cursors = cursors;
		this.properties = properties;
		this.log = log;
	}

	/**
	 * Fences the earlier producers of a partition. Looks at their cursor before, so that
	 * a gateway with another log does not disturb the one whose topic this is.
	 * @param partition the partition
	 * @return a producer, to be closed
	 * @throws RelayRefusedException if the topics or the log are not what was relayed
	 */
	FencedProducer open(int partition) {
		this.topics.verify();
		this.cursors.peek(partition).ifPresent((cursor) -> this.log.verify(partition, cursor));
		FencedProducer producer = FencedProducer.open(this.clients, this.cursors, this.properties, partition);
		try {
			this.log.verify(partition, producer.cursor());
			producer.beginAt(this.log.start(partition));
			return producer;
		}
		catch (RuntimeException ex) {
			producer.close();
			throw ex;
		}
	}

	/**
	 * A partition uses its producer.
	 * @param relay the partition
	 * @param bytes the size of its transaction
	 */
	void used(PartitionRelay relay, long bytes) {
		List<PartitionRelay> evicted = new ArrayList<>();
		synchronized (this.open) {
			Long before = this.open.remove(relay);
			this.open.put(relay, Math.max((before != null) ? before : 0, IDLE_BYTES + bytes));
			long excess = this.open.values().stream().mapToLong(Long::longValue).sum() - this.maxBytes;
			Iterator<Map.Entry<PartitionRelay, Long>> eldest = this.open.entrySet().iterator();
			while (excess > 0 && this.open.size() > 1) {
				Map.Entry<PartitionRelay, Long> closing = eldest.next();
				excess -= closing.getValue();
				evicted.add(closing.getKey());
				eldest.remove();
			}
		}
		evicted.forEach(PartitionRelay::evict);
	}

	/** A partition has closed its producer. */
	void closed(PartitionRelay relay) {
		synchronized (this.open) {
			this.open.remove(relay);
		}
	}

}
