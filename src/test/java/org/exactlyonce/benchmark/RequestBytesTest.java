package org.exactlyonce.benchmark;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A request of the load is HTTP as any client would write it, whatever its sequence.
 */
class RequestBytesTest {

	private static final JsonMapper JSON = JsonMapper.shared();

	@ParameterizedTest
	@ValueSource(longs = { 0, 7, 10, 4711, 9007199254740991L })
	void jsonHoldsIdentityAndRecords(long sequence) {
		Request request = Request.of(requests(Scenario.Form.JSON, 3).with(sequence));
		assertThat(request.line()).isEqualTo("POST /naive/partitions/5/records HTTP/1.1");
		assertThat(request.headers()).containsEntry("content-type", "application/json").containsKey("host");
		JsonNode body = JSON.readTree(request.body());
		assertThat(body.propertyNames()).containsExactly("producerId", "producerEpoch", "baseSequence", "records");
		assertThat(body.get("producerId").longValue()).isEqualTo(42);
		assertThat(body.get("producerEpoch").longValue()).isZero();
		assertThat(body.get("baseSequence").longValue()).isEqualTo(sequence);
		assertThat(body.get("records")).hasSize(3).allSatisfy(RequestBytesTest::holdsHundredBytes);
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, 7, 10, 4711, 9007199254740991L })
	void ndjsonHoldsIdentityInHeaders(long sequence) {
		Request request = Request.of(requests(Scenario.Form.NDJSON, 3).with(sequence));
		assertThat(request.headers()).containsEntry("content-type", "application/x-ndjson")
			.containsEntry("producer-id", "42")
			.containsEntry("producer-seq", Long.toString(sequence));
		assertThat(request.body()).endsWith("\n");
		assertThat(request.body().split("\n")).hasSize(3).allSatisfy((line) -> holdsHundredBytes(JSON.readTree(line)));
	}

	private static void holdsHundredBytes(JsonNode record) {
		assertThat(record.propertyNames()).containsExactly("value");
		assertThat(JSON.writeValueAsString(record.get("value"))).hasSize(100);
	}

	@ParameterizedTest
	@EnumSource
	void nothingOfALongerSequenceStays(Scenario.Form form) {
		RequestBytes requests = requests(form, 1);
		String first = text(requests.with(1));
		assertThat(text(requests.with(9007199254740991L))).hasSameSizeAs(first).contains("9007199254740991");
		assertThat(text(requests.with(1))).isEqualTo(first);
	}

	@Test
	void isWholeAgainAfterItWasSent() {
		RequestBytes requests = requests(Scenario.Form.JSON, 1);
		ByteBuffer sent = requests.with(1);
		int length = sent.remaining();
		sent.position(length);
		assertThat(requests.with(2).remaining()).isEqualTo(length);
	}

	private static RequestBytes requests(Scenario.Form form, int batch) {
		return RequestBytes.of("/naive/partitions/5", 42, form, batch);
	}

	private static String text(ByteBuffer bytes) {
		return StandardCharsets.US_ASCII.decode(bytes).toString();
	}

	/**
	 * A request taken apart.
	 *
	 * @param line the request line
	 * @param headers values by name, in lower case
	 * @param body as many bytes as the headers say, which are all
	 */
	private record Request(String line, Map<String, String> headers, String body) {

		private static Request of(ByteBuffer bytes) {
			String[] parts = text(bytes).split("\r\n\r\n", 2);
			String[] lines = parts[0].split("\r\n");
			Map<String, String> headers = new TreeMap<>();
			for (int i = 1; i < lines.length; i++) {
				String[] header = lines[i].split(":", 2);
				headers.put(header[0].toLowerCase(Locale.ROOT), header[1].strip());
			}
			assertThat(parts[1]).hasSize(Integer.parseInt(headers.get("content-length")));
			return new Request(lines[0], headers, parts[1]);
		}

	}

}
