package org.exactlyonce.gateway.relay;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Sees whether a transaction is open at the moment: then the end of what is committed
 * lies before the end of all.
 */
final class OpenTransactions implements AutoCloseable {

	private final List<TopicPartition> partitions;

	private final KafkaConsumer<byte[], byte[]> committed;

	private final KafkaConsumer<byte[], byte[]> all;

	OpenTransactions(String kafka, String topic, int partitions) {
		this.partitions = IntStream.range(0, partitions)
			.mapToObj((partition) -> new TopicPartition(topic, partition))
			.toList();
		this.committed = consumer(kafka, "read_committed");
		this.all = consumer(kafka, "read_uncommitted");
	}

	private static KafkaConsumer<byte[], byte[]> consumer(String kafka, String isolation) {
		return new KafkaConsumer<>(Map.of("bootstrap.servers", kafka, "isolation.level", isolation),
				new ByteArrayDeserializer(), new ByteArrayDeserializer());
	}

	boolean areThere() {
		Map<TopicPartition, Long> before = this.committed.endOffsets(this.partitions);
		Map<TopicPartition, Long> end = this.all.endOffsets(this.partitions);
		// those that were committed between the two questions do not count
		Map<TopicPartition, Long> after = this.committed.endOffsets(this.partitions);
		return this.partitions.stream()
			.anyMatch((partition) -> before.get(partition).equals(after.get(partition))
					&& after.get(partition) < end.get(partition));
	}

	@Override
	public void close() {
		this.committed.close();
		this.all.close();
	}

}
