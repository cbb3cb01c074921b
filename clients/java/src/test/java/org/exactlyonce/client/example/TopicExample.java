package org.exactlyonce.client.example;

import java.util.Map;

// tag::imports[]
import org.exactlyonce.client.Position;
import org.exactlyonce.client.ReaderSettings;
import org.exactlyonce.client.ReceivedRecord;
import org.exactlyonce.client.RecordReader;
// end::imports[]

/**
 * The README's example of reading a topic.
 */
public final class TopicExample {

	private TopicExample() {
	}

	/**
	 * Reads some records of all partitions.
	 * @param url the gateway
	 * @param count how many
	 * @param offsets where to go on, by partition
	 */
	public static void read(String url, int count, Map<Integer, Long> offsets) {
		// tag::topic[]
		try (RecordReader reader = RecordReader.open(ReaderSettings.of(url), "orders", Position.earliest())) {
			for (int i = 0; i < count; i++) {
				ReceivedRecord each = reader.next();
				System.out.println(each.partition() + ": " + each.value().asText());
				offsets.put(each.partition(), each.offset() + 1);
			}
		}
		// end::topic[]
	}

}
