package org.exactlyonce.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import org.exactlyonce.client.internals.JsonParser;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class KeyPartitionerTest {

	private static final Path VECTORS = Path.of("..", "conformance", "vectors", "partitions.json");

	@Test
	void choosesAsKafkaDoes() throws IOException {
		List<?> keys = (List<?>) JsonParser.parseObject(Files.readString(VECTORS)).get("keys");
		assertThat(keys).hasSizeGreaterThan(10);
		for (Object each : keys) {
			Map<String, Object> vector = JsonParser.object(each);
			byte[] key = Base64.getDecoder().decode((String) vector.get("keyBase64"));
			assertThat(KeyPartitioner.murmur2(key)).isEqualTo(((Long) vector.get("murmur2")).intValue());
			JsonParser.object(vector.get("partitions"))
				.forEach((partitions,
						partition) -> assertThat(KeyPartitioner.partition(key, Integer.parseInt(partitions)))
							.isEqualTo(((Long) partition).intValue()));
		}
	}

}
