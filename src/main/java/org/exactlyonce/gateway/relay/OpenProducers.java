package org.exactlyonce.gateway.relay;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Opens producers, and bounds how many are open: each has a thread, connections and
 * buffers of its own. Over the bound, the one that was used longest ago is closed.
 * Thread-safe.
 */
final class OpenProducers {

	private static final int MAX_OPEN = 32;

	private final KafkaClients clients;

	private final RelayTopics topics;

	private final CursorReader cursors;

	private final RelayProperties properties;

	private final RelayLog log;

	private final Set<PartitionRelay> open = new LinkedHashSet<>();

	OpenProducers(KafkaClients clients, RelayTopics topics, CursorReader cursors, RelayProperties properties,
			RelayLog log) {
		this.clients = clients;
		this.topics = topics;
		this.cursors = cursors;
		this.properties = properties;
		this.log = log;
	}

	/**
	 * Fences the earlier producers of a partition.
	 * @param partition the partition
	 * @return a producer, to be closed
	 * @throws RelayRefusedException if the topics or the log are not what was relayed
	 */
	FencedProducer open(int partition) {
		this.topics.verify();
		FencedProducer producer = FencedProducer.open(this.clients, this.cursors, this.properties, partition);
		try {
			this.log.verify(partition, producer.cursor());
			return producer;
		}
		catch (RuntimeException ex) {
			producer.close();
			throw ex;
		}
	}

	/** A partition uses its producer. */
	void used(PartitionRelay relay) {
		PartitionRelay evicted = null;
		synchronized (this.open) {
			this.open.remove(relay);
			this.open.add(relay);
			if (this.open.size() > MAX_OPEN) {
				Iterator<PartitionRelay> eldest = this.open.iterator();
				evicted = eldest.next();
				eldest.remove();
			}
		}
		if (evicted != null) {
			evicted.evict();
		}
	}

	/** A partition has closed its producer. */
	void closed(PartitionRelay relay) {
		synchronized (this.open) {
			this.open.remove(relay);
		}
	}

}
