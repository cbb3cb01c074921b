package org.exactlyonce.client.internals;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import org.exactlyonce.client.OutgoingRecord;
import org.exactlyonce.client.ProducerSettings;
import org.exactlyonce.client.ReaderSettings;
import org.exactlyonce.client.RecordProducer;
import org.exactlyonce.client.Transport;
import org.exactlyonce.client.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A gateway that asks for a pause gets it, and the others have the requests meanwhile.
 */
class RetryAfterTest {

	@ParameterizedTest
	@CsvSource({ "7, 7", "' 7 ', 7", "0, 0", "-7, 0", "soon, 0", "'Thu, 01 Jan 1970 00:00:00 GMT', 0",
			"99999999999999999999, 0" })
	void isANumberOfSeconds(String header, long seconds) {
		assertThat(retryAfter(header)).isEqualTo(Duration.ofSeconds(seconds));
	}

	@Test
	void isATime() {
		String header = DateTimeFormatter.RFC_1123_DATE_TIME
			.format(Instant.now().plusSeconds(60).atOffset(ZoneOffset.UTC));
		assertThat(retryAfter(header)).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
	}

	@Test
	void canBeAddedToATimeHoweverLongItIs() {
		assertThat(Nanos.now() + retryAfter(Long.toString(Long.MAX_VALUE)).toNanos()).isPositive();
	}

	@Test
	void nextCallGoesToAGatewayThatHasNotAskedForAPause() {
		Gateways gateways = new Gateways(ReaderSettings.of("http://a", "http://b", "http://c").urls(), null, null,
				(request) -> new CompletableFuture<>());
		assertThat(gateways.failed(call(gateways, 0), Duration.ofSeconds(30))).isZero();
		assertThat(gateways.failed(call(gateways, 1), Duration.ZERO)).isZero();
		assertThat(gateways.failed(call(gateways, 2), Duration.ofSeconds(10))).isZero();
		assertThat(gateways.failed(call(gateways, 1), Duration.ofSeconds(20))).isBetween(Duration.ofSeconds(5),
				Duration.ofSeconds(10));
		call(gateways, 2);
	}

	private static Gateways.Call call(Gateways gateways, int index) {
		Gateways.Call call = gateways.call("GET", "partitions", Map.of(), null, Duration.ofSeconds(1));
		assertThat(call.index).isEqualTo(index);
		return call;
	}

	@ParameterizedTest
	@ValueSource(ints = { 408, 429, 503 })
	void recordGoesToTheOtherGateway(int status) {
		List<String> hosts = new CopyOnWriteArrayList<>();
		ProducerSettings settings = ProducerSettings.builder("http://a", "http://b").transport((request) -> {
			if (request.uri().getPath().equals("/producers")) {
				return answer(201, "{\"producerId\":1,\"producerEpoch\":0,\"partitions\":[]}");
			}
			hosts.add(request.uri().getHost());
			return request.uri().getHost().equals("a") ? answer(status, "{}") : answer(201,
					"{\"partition\":0,\"baseSequence\":0,\"baseOffset\":4,\"lastOffset\":4,\"duplicate\":false}");
		}).build();
		try (RecordProducer producer = RecordProducer.open(settings)) {
			assertThat(producer.send(new OutgoingRecord(0, Value.json("1")))).succeedsWithin(Duration.ofSeconds(5));
		}
		assertThat(hosts).containsExactly("a", "b");
	}

	private static CompletableFuture<Transport.Response> answer(int status, String body) {
		Map<String, String> headers = (status >= 400) ? Map.of("retry-after", "60") : Map.of();
		return CompletableFuture
			.completedFuture(new Transport.Response(status, headers, body.getBytes(StandardCharsets.UTF_8)));
	}

	private static Duration retryAfter(String header) {
		return Answer.of(new Transport.Response(503, Map.of("retry-after", header), new byte[0])).retryAfter();
	}

}
