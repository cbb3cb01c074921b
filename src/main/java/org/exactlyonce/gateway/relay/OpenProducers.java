package org.exactlyonce.gateway.relay;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.exactlyonce.gateway.topic.PartitionGoneException;
import org.jspecify.annotations.Nullable;

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
	 * @param refused whether this was refused the last time: then nobody is fenced before
	 * all else is right
	 * @return a producer, to be closed
	 * @throws RelayRefusedException if the topics or the log are not what was relayed
	 * @throws PartitionGoneException if the partition's topic was deleted
	 */
	FencedProducer open(RelayedPartition partition, boolean refused) {
		this.topics.verify(partition.topic());
		this.log.bounds(partition);
		CursorReader.Look before = this.cursors.peek(partition, refused);
		before.cursor().ifPresent((cursor) -> this.log.verify(partition, cursor));
		FencedProducer producer = FencedProducer.open(this.clients, this.cursors, this.properties, partition, before);
		try {
			this.log.verify(partition, producer.cursor());
			producer.beginAt(this.log.bounds(partition).start());
			return producer;
		}
		catch (RuntimeException ex) {
			producer.close();
			throw ex;
		}
	}

	/**
	 * Sees whether all of a partition is relayed, as with most when a gateway starts,
	 * without a producer. Those of {@code records} are looked at in full at once.
	 * @param partition the partition
	 * @param reported how far it was, as its last relay has reported; null if it has not
	 * @return where it ends, if that is so; -1 if a producer has to be opened to know
	 * @throws RelayRefusedException if the topics cannot be used
	 * @throws PartitionGoneException if the partition's topic was deleted
	 */
	long whole(RelayedPartition partition, @Nullable Long reported) {
		if (partition.topic().isRecords()) {
			return -1;
		}
		this.topics.verifyRecently(partition.topic());
		long end = this.log.bounds(partition).end();
		boolean whole = end == 0 || (reported != null && reported == end && this.topics.end(partition.kafka()) > 0);
		return whole ? end : -1;
	}

	/**
	 * A partition uses its producer, and others are closed for it. One that is in its
	 * turn is closed after another use.
	 * @param relay the partition
	 * @param bytes the size of its transaction
	 */
	void used(PartitionRelay relay, long bytes) {
		List<PartitionRelay> eldest;
		synchronized (this.open) {
			Long before = this.open.remove(relay);
			this.open.put(relay, Math.max((before != null) ? before : 0, IDLE_BYTES + bytes));
			eldest = List.copyOf(this.open.keySet());
		}
		for (PartitionRelay each : eldest.subList(0, eldest.size() - 1)) {
			if (!isOver()) {
				return;
			}
			each.evict(); // says that it is closed, if it is
		}
	}

	private boolean isOver() {
		synchronized (this.open) {
			return this.open.values().stream().mapToLong(Long::longValue).sum() > this.maxBytes;
		}
	}

	/** A partition has closed its producer. */
	void closed(PartitionRelay relay) {
		synchronized (this.open) {
			this.open.remove(relay);
		}
	}

}
