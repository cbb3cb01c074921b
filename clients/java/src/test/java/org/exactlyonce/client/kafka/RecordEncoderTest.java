package org.exactlyonce.client.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.exactlyonce.client.OutgoingRecord;
import org.exactlyonce.client.Value.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a value is taken for.
 */
class RecordEncoderTest {

	private static List<Kind> kinds(Serializer<?> serializer, String value, Object... more) {
		Map<String, Object> settings = new HashMap<>(Map.of("bootstrap.servers", "http://localhost:8080"));
		if (more.length > 0) {
			settings.put("gateway.value.content-type", more[0]);
		}
		GatewayProducerConfig config = new GatewayProducerConfig(
				GatewayProducerConfig.withSerializers(settings, serializer, serializer));
		byte[] bytes = (value != null) ? value.getBytes(UTF_8) : null;
		return new RecordEncoder<>(serializer, serializer, config.valueKind(), config.takesIds()).kinds(bytes);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"order\": 1}", " \n[1]", "12", " 12", "-1", "true", "false", "null", "\"quoted\"" })
	void jsonOfATextSerializerIsJson(String value) {
		assertThat(kinds(new StringSerializer(), value)).containsExactly(Kind.JSON, Kind.TEXT, Kind.BYTES);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "hello", "'a'", "+1", "\u00e9" })
	void textThatBeginsAsNoJsonIsText(String value) {
		assertThat(kinds(new StringSerializer(), value)).containsExactly(Kind.TEXT, Kind.BYTES);
	}

	@Test
	void serializerMadeOfOneForTextOrJsonIsOneToo() {
		Serializer<String> anonymous = new StringSerializer() {

		};
		assertThat(kinds(anonymous, "12")).containsExactly(Kind.JSON, Kind.TEXT, Kind.BYTES);
		assertThat(kinds(new OrderSerializer(), "12")).containsExactly(Kind.JSON, Kind.TEXT, Kind.BYTES);
	}

	@Test
	void bytesStayBytes() {
		assertThat(kinds(new ByteArraySerializer(), "{\"order\": 1}")).containsExactly(Kind.BYTES);
	}

	@Test
	void contentTypeDecides() {
		assertThat(kinds(new ByteArraySerializer(), "{}", "application/json")).containsExactly(Kind.JSON);
		assertThat(kinds(new StringSerializer(), "{}", "text/plain")).containsExactly(Kind.TEXT);
		assertThat(kinds(new StringSerializer(), "{}", "application/octet-stream")).containsExactly(Kind.BYTES);
	}

	@Test
	void nullIsATombstone() {
		assertThat(kinds(new StringSerializer(), null)).containsExactly(Kind.TOMBSTONE);
		assertThat(kinds(new StringSerializer(), null, "application/json")).containsExactly(Kind.TOMBSTONE);
	}

	@Test
	void headerIsTheIdWhereThereAreIds() {
		ProducerRecord<String, String> record = new ProducerRecord<>("records", 0, "k", "v",
				List.of(header("a", "1"), header("gateway-record-id", "order-1")));
		assertThat(encode(record, "enable.idempotence", "false")).satisfies((outgoing) -> {
			assertThat(outgoing.id()).isEqualTo("order-1");
			assertThat(outgoing.timestamp()).as("the same when it is sent again").isNull();
			assertThat(outgoing.headers()).extracting(org.exactlyonce.client.Header::name).containsExactly("a");
		});
		for (String[] setting : new String[][] { { "enable.idempotence", "true" }, { "acks", "0" } }) {
			assertThat(encode(record, setting)).satisfies((outgoing) -> {
				assertThat(outgoing.id()).isNull();
				assertThat(outgoing.timestamp()).isNotNull();
				assertThat(outgoing.headers()).hasSize(2);
			});
		}
	}

	private static OutgoingRecord encode(ProducerRecord<String, String> record, String... setting) {
		StringSerializer serializer = new StringSerializer();
		GatewayProducerConfig config = new GatewayProducerConfig(GatewayProducerConfig.withSerializers(
				Map.of("bootstrap.servers", "http://localhost:8080", setting[0], setting[1]), serializer, serializer));
		return new RecordEncoder<>(serializer, serializer, null, config.takesIds()).encode(record, 0, null, Kind.TEXT,
				"v".getBytes(UTF_8), 0);
	}

	private static Header header(String name, String value) {
		return new RecordHeader(name, value.getBytes(UTF_8));
	}

	/** Named as such serializers are. */
	private static class JsonSerializer implements Serializer<String> {

		@Override
		public byte[] serialize(String topic, String data) {
			return data.getBytes(UTF_8);
		}

	}

	private static final class OrderSerializer extends JsonSerializer {

	}

}
