package org.exactlyonce.client.kafka;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Cluster;
import org.exactlyonce.client.KeyPartitioner;

/**
 * Chooses the partition of a record that names none: the application's partitioner does,
 * else the key does; without a key, records go to one partition until they fill a batch,
 * and then to another.
 */
final class Partitioning implements AutoCloseable {

	private final Partitioner partitioner;

	private final boolean ignoreKeys;

	private final int batchBytes;

	private final Map<String, Sticky> stickies = new ConcurrentHashMap<>();

	Partitioning(GatewayProducerConfig config) {
		this.partitioner = config.getConfiguredInstance(ProducerConfig.PARTITIONER_CLASS_CONFIG, Partitioner.class,
				Map.of(ProducerConfig.CLIENT_ID_CONFIG, config.clientId()));
		this.ignoreKeys = config.getBoolean(ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG);
		this.batchBytes = config.batchBytes();
	}

	/**
	 * Chooses a partition.
	 * @throws IllegalArgumentException if the application's partitioner chose a negative
	 * one
	 */
	int choose(ProducerRecord<?, ?> record, byte[] key, byte[] value, Cluster cluster) {
		if (this.partitioner != null) {
			int chosen = this.partitioner.partition(record.topic(), record.key(), key, record.value(), value, cluster);
			if (chosen < 0) {
				throw new IllegalArgumentException(
						"The partitioner chose the partition " + chosen + "; it should never be negative.");
			}
			return chosen;
		}
		int count = cluster.partitionCountForTopic(record.topic());
		return (key != null && !this.ignoreKeys) ? KeyPartitioner.partition(key, count)
				: this.stickies.computeIfAbsent(record.topic(), (topic) -> new Sticky())
					.choose(count, (value != null) ? value.length : 0);
	}

	@Override
	public void close() {
		if (this.partitioner != null) {
			this.partitioner.close();
		}
	}

	/** A partition of a topic until a batch has gone there, then another. */
	private final class Sticky {

		private int current = -1;

		private int currentBytes;

		private synchronized int choose(int count, int bytes) {
			if (this.current < 0 || this.current >= count || this.currentBytes >= Partitioning.this.batchBytes) {
				this.current = ThreadLocalRandom.current().nextInt(count);
				this.currentBytes = 0;
			}
			this.currentBytes += bytes;
			return this.current;
		}

	}

}
