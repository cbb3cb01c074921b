package org.exactlyonce.gateway.support;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a topic as its consumers do: only what is committed.
 */
public final class TopicReader {

	private TopicReader() {
	}

	/**
	 * Everything that is committed in a partition.
	 * @param kafka the broker's address
	 * @param topic the topic
	 * @param partition the partition
	 * @return the records from the first on
	 */
	public static List<ConsumerRecord<byte[], byte[]>> read(String kafka, String topic, int partition) {
		List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
		TopicPartition source = new TopicPartition(topic, partition);
		try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
				Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka, ConsumerConfig.ISOLATION_LEVEL_CONFIG,
						"read_committed"),
				new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
			consumer.assign(List.of(source));
			consumer.seekToBeginning(List.of(source));
			long end = consumer.endOffsets(List.of(source)).get(source);
			while (consumer.position(source) < end) {
				consumer.poll(Duration.ofSeconds(1)).records(source).forEach(records::add);
			}
		}
		return records;
	}

	/** The last header of a name, which is the one that counts; null if there is none. */
	public static String header(ConsumerRecord<byte[], byte[]> record, String name) {
		Header header = record.headers().lastHeader(name);
		return (header != null) ? new String(header.value(), StandardCharsets.UTF_8) : null;
	}

}
