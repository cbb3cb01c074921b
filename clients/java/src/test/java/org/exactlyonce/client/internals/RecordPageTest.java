package org.exactlyonce.client.internals;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.exactlyonce.client.Header;
import org.exactlyonce.client.ReceivedRecord;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Pages of the log, as the gateway answers them.
 */
class RecordPageTest {

	@Test
	void valueIsLeftAsItIsWritten() {
		ReceivedRecord read = read("\"value\": {\"value\": [1.0, \"\\u00e9\"]}");
		assertThat(read.value().asText()).isEqualTo("{\"value\": [1.0, \"\\u00e9\"]}");
	}

	@Test
	void headerMayHaveTheNameOfTheValue() {
		assertThat(read("\"value\": 1, \"headers\": {\"value\": \"abc\"}").headers()).usingRecursiveComparison()
			.isEqualTo(List.of(new Header("value", "abc".getBytes(StandardCharsets.UTF_8))));
		assertThat(read("\"headers\": {\"value\": {\"base64\": \"/w==\"}}, \"value\": 1").headers())
			.usingRecursiveComparison()
			.isEqualTo(List.of(new Header("value", new byte[] { (byte) 0xff })));
	}

	private static ReceivedRecord read(String members) {
		String page = "{\"records\": [{\"offset\": 7, \"timestamp\": \"2026-01-01T00:00:00Z\", "
				+ "\"appendedAt\": \"2026-01-01T00:00:00Z\", " + members
				+ "}], \"nextOffset\": 8, \"logEndOffset\": 8}";
		return RecordPage.of(Place.ofRecords(0), page.getBytes(StandardCharsets.UTF_8)).records().get(0);
	}

}
