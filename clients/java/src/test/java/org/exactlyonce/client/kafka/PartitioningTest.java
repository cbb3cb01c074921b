package org.exactlyonce.client.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The partition of records that name none.
 */
class PartitioningTest {

	private static final Cluster CLUSTER = new Cluster("cluster", List.of(),
			IntStream.range(0, 8)
				.mapToObj((partition) -> new PartitionInfo("records", partition, null, null, null))
				.toList(),
			Set.of(), Set.of());

	private static Set<Integer> chosen(String key, Map<String, Object> more) {
		Map<String, Object> settings = new HashMap<>(more);
		settings.put("bootstrap.servers", "http://localhost:8080");
		Partitioning partitioning = new Partitioning(new GatewayProducerConfig(
				GatewayProducerConfig.withSerializers(settings, new StringSerializer(), new StringSerializer())));
		byte[] bytes = (key != null) ? key.getBytes(UTF_8) : null;
		Set<Integer> chosen = new TreeSet<>();
		for (int i = 0; i < 1000; i++) {
			chosen.add(
					partitioning.choose(new ProducerRecord<>("records", key, "x"), bytes, new byte[] { 'x' }, CLUSTER));
		}
		return chosen;
	}

	@Test
	void recordsWithoutKeyFillABatch() {
		assertThat(chosen(null, Map.of("batch.size", 1000))).hasSize(1);
	}

	@Test
	void batchesWithoutKeyGoEverywhere() {
		assertThat(chosen(null, Map.of("batch.size", 1))).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
	}

	@Test
	void keyHasOnePartition() {
		assertThat(chosen("customer-7", Map.of("batch.size", 1))).hasSize(1);
	}

	@Test
	void keysMayBeIgnored() {
		assertThat(chosen("customer-7", Map.of("partitioner.ignore.keys", true, "batch.size", 1))).hasSize(8);
	}

}
