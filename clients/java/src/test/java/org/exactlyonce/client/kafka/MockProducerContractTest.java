package org.exactlyonce.client.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Kafka's own producer for tests, where it has the behaviour.
 */
class MockProducerContractTest implements SendContract, RefusalContract, CloseContract, PluginContract {

	private final Memory log = new Memory();

	@Override
	public Difference.Kind kind() {
		return Difference.Kind.MOCK;
	}

	@Override
	public Log log() {
		return this.log;
	}

	@Override
	public <K, V> Producer<K, V> open(Map<String, Object> settings, Serializer<K> keys, Serializer<V> values) {
		Node node = new Node(0, "localhost", 9092);
		List<PartitionInfo> partitions = IntStream.range(0, Log.PARTITIONS)
			.mapToObj((partition) -> new PartitionInfo(Log.TOPIC, partition, node, new Node[] { node },
					new Node[] { node }))
			.toList();
		MockProducer<K, V> producer = new MockProducer<>(
				new Cluster("mock", List.of(node), partitions, Set.of(), Set.of()), true, new ByKey(), keys, values);
		this.log.open(producer, keys, values);
		return producer;
	}

	/** What the mock remembers of its producer. */
	private static final class Memory implements Log {

		private MockProducer<?, ?> producer;

		private Serializer<Object> keys;

		private Serializer<Object> values;

		@SuppressWarnings("unchecked")
		void open(MockProducer<?, ?> producer, Serializer<?> keys, Serializer<?> values) {
			this.producer = producer;
			this.keys = (Serializer<Object>) keys;
			this.values = (Serializer<Object>) values;
		}

		@Override
		public String address() {
			return "none";
		}

		@Override
		public List<Stored> read(int partition, long offset) {
			List<Stored> stored = new ArrayList<>();
			for (ProducerRecord<?, ?> record : this.producer.history()) {
				if (partitionOf(record) == partition) {
					stored.add(new Stored(stored.size(), (record.timestamp() != null) ? record.timestamp() : -1,
							this.keys.serialize(Log.TOPIC, record.key()),
							this.values.serialize(Log.TOPIC, record.value()), List.of(record.headers().toArray())));
				}
			}
			return stored.subList((int) offset, stored.size());
		}

		private int partitionOf(ProducerRecord<?, ?> record) {
			return (record.partition() != null) ? record.partition()
					: BuiltInPartitioner.partitionForKey(this.keys.serialize(Log.TOPIC, record.key()), Log.PARTITIONS);
		}

		/** A producer begins with an empty log. */
		@Override
		public long end(int partition) {
			return 0;
		}

		@Override
		public void close() {
		}

	}

	/** The default of {@code KafkaProducer}, which a mock has to be given. */
	private static final class ByKey implements Partitioner {

		@Override
		public int partition(String topic, Object key, byte[] keyBytes, Object value, byte[] valueBytes,
				Cluster cluster) {
			return BuiltInPartitioner.partitionForKey(keyBytes, cluster.partitionCountForTopic(topic));
		}

		@Override
		public void configure(Map<String, ?> settings) {
		}

		@Override
		public void close() {
		}

	}

}
