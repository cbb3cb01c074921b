package org.exactlyonce.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.jayway.jsonpath.JsonPath;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.exactlyonce.client.kafka.GatewayLog;
import org.exactlyonce.client.kafka.GatewayProducer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Why a gateway refuses a caller.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RefusalsIT {

	private static final String ADMIN = "key-of-the-administrator-in-tests-0123456789";

	private static GatewayLog gateway;

	@BeforeAll
	static void start() {
		gateway = GatewayLog.start("--gateway.security.mode=token", "--gateway.security.admin-key=" + ADMIN);
	}

	@AfterAll
	static void stop() throws Exception {
		gateway.close();
	}

	@Test
	void eachReasonHasItsException() throws Exception {
		String orders = key("orders", "produce", "orders");
		String first = key("first", "produce", "*");
		String second = key("second", "produce", "*");
		try (RecordProducer owner = open(first, "name");
				RecordProducer another = open(second, "name");
				RecordProducer unknown = open("nobody's-key", null);
				RecordProducer lacking = open(orders, null)) {
			assertThat(owner.send(outgoing()).get(1, TimeUnit.MINUTES).offset()).isZero();
			assertRefused(another, NotOwnerException.class, "NOT_OWNER");
			assertRefused(unknown, NotAuthenticatedException.class, "UNAUTHENTICATED");
			assertRefused(lacking, NotAuthorizedException.class, "FORBIDDEN");
			assertThat(owner.send(outgoing()).get(1, TimeUnit.MINUTES).offset()).isEqualTo(1);
		}
		ReaderSettings reading = ReaderSettings.of(gateway.address()).withToken(() -> orders);
		try (RecordReader reader = RecordReader.open(reading, "records", Position.earliest())) {
			assertThatThrownBy(() -> reader.poll(Duration.ofMinutes(1))).isInstanceOf(NotAuthorizedException.class);
		}
		Map<String, Object> settings = Map.of("bootstrap.servers", gateway.address(), "gateway.token", orders);
		try (Producer<String, String> producer = new GatewayProducer<>(settings, new StringSerializer(),
				new StringSerializer())) {
			assertThatThrownBy(
					() -> producer.send(new ProducerRecord<>("records", 0, null, "{}")).get(1, TimeUnit.MINUTES))
				.cause()
				.isInstanceOfSatisfying(TopicAuthorizationException.class,
						(refused) -> assertThat(refused.unauthorizedTopics()).containsExactly("records"));
		}
	}

	private static void assertRefused(RecordProducer producer, Class<? extends NotAuthorizedException> type,
			String code) {
		assertThatThrownBy(() -> producer.send(outgoing()).get(1, TimeUnit.MINUTES)).cause()
			.isExactlyInstanceOf(type)
			.isInstanceOfSatisfying(RefusedException.class,
					(refused) -> assertThat(refused.problem().code()).isEqualTo(code));
	}

	private static RecordProducer open(String token, String name) {
		return RecordProducer.open(ProducerSettings.builder(gateway.address()).token(() -> token).name(name).build());
	}

	private static OutgoingRecord outgoing() {
		return new OutgoingRecord(0, Value.json("1"));
	}

	/** A new access key. */
	private static String key(String name, String right, String topic) throws Exception {
		String body = "{\"name\": \"%s\", \"rights\": [{\"may\": [\"%s\"], \"topics\": [\"%s\"]}]}".formatted(name,
				right, topic);
		HttpRequest request = HttpRequest.newBuilder(URI.create(gateway.address() + "/keys"))
			.header("Content-Type", "application/json")
			.header("Authorization", "Bearer " + ADMIN)
			.POST(HttpRequest.BodyPublishers.ofString(body))
			.build();
		HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
		return JsonPath.read(answer.body(), "$.key");
	}

}
