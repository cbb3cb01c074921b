package org.exactlyonce.client.example;

// tag::imports[]
import org.exactlyonce.client.Position;
import org.exactlyonce.client.ReaderSettings;
import org.exactlyonce.client.RecordReader;
// end::imports[]

/**
 * The README's example of reading.
 */
public final class ReadingExample {

	private ReadingExample() {
	}

	/**
	 * Reads for ever.
	 * @param url the gateway
	 */
	public static void read(String url) {
		// tag::reading[]
		try (RecordReader reader = RecordReader.open(ReaderSettings.of(url), 0, Position.earliest())) {
			reader.forEachRemaining((each) -> System.out.println(each.offset() + " " + each.value().asText()));
		}
		// end::reading[]
	}

}
