package org.exactlyonce.gateway.http;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The handshake, and "where was I?".
 */
abstract class ProducersContract {

	@LocalServerPort
	private int port;

	private GatewayClient gateway;

	@BeforeEach
	void connect() {
		this.gateway = new GatewayClient(this.port);
	}

	@Test
	void registersAnAnonymousProducerPerCall() {
		Answer first = this.gateway.send("POST", "/producers", null);
		Answer second = this.gateway.post("/producers", "{}");
		assertThat(List.of(first.status(), second.status())).containsOnly(201);
		JsonNode producer = first.json();
		assertThat(producer.propertyNames()).containsExactlyInAnyOrder("producerId", "producerEpoch", "name",
				"createdAt", "partitions");
		assertThat(producer.get("name").isNull()).isTrue();
		assertThat(producer.get("producerEpoch").longValue()).isZero();
		assertThat(producer.get("partitions")).isEmpty();
		assertThat(first.header("Location")).isEqualTo("/producers/" + producer.get("producerId").longValue());
		assertThat(second.json().get("producerId").longValue()).isGreaterThan(producer.get("producerId").longValue());
	}

	@Test
	void raisesTheEpochOfAKnownNameAndReturnsWhereItWas() {
		String name = UUID.randomUUID().toString();
		Answer created = this.gateway.register(name);
		long id = created.json().get("producerId").longValue();
		long offset = this.gateway.append(3, id, 0, "0", "1").json().get("lastOffset").longValue();
		Answer renewed = this.gateway.register(name);
		assertThat(created.status()).isEqualTo(201);
		assertThat(renewed.status()).isEqualTo(200);
		assertThat(renewed.header("Location")).isNull();
		JsonNode producer = renewed.json();
		assertThat(producer.get("producerId").longValue()).isEqualTo(id);
		assertThat(producer.get("producerEpoch").longValue()).isEqualTo(1);
		assertThat(producer.get("createdAt")).isEqualTo(created.json().get("createdAt"));
		assertThat(producer.get("partitions")).hasSize(1);
		assertThat(producer.at("/partitions/0/partition").intValue()).isEqualTo(3);
		assertThat(producer.at("/partitions/0/lastSequence").longValue()).isEqualTo(1);
		assertThat(producer.at("/partitions/0/nextSequence").longValue()).isEqualTo(2);
		assertThat(producer.at("/partitions/0/lastOffset").longValue()).isEqualTo(offset);
		assertThat(this.gateway.get("/producers/" + id).json()).isEqualTo(producer);
		assertThat(this.gateway.get("/producers?name=" + name).json().get("producers").get(0)).isEqualTo(producer);
	}

	@Test
	void givesRacingRegistrationsOneIdAndDistinctEpochs() {
		String name = UUID.randomUUID().toString();
		List<Answer> answers = IntStream.range(0, 24).parallel().mapToObj((i) -> this.gateway.register(name)).toList();
		assertThat(answers).extracting(Answer::status).containsOnlyOnce(201).containsOnly(200, 201);
		assertThat(answers.stream().map((answer) -> answer.json().get("producerId").longValue()).distinct()).hasSize(1);
		Set<Long> epochs = answers.stream()
			.map((answer) -> answer.json().get("producerEpoch").longValue())
			.collect(Collectors.toSet());
		assertThat(epochs).hasSize(24);
	}

	@Test
	void pagesThroughTheProducers() {
		long first = this.gateway.newProducer();
		long second = this.gateway.newProducer();
		JsonNode page = this.gateway.get("/producers?limit=1&after=" + (first - 1)).json();
		assertThat(page.at("/producers/0/producerId").longValue()).isEqualTo(first);
		assertThat(page.get("producers")).hasSize(1);
		assertThat(page.get("next").longValue()).isEqualTo(first);
		JsonNode last = this.gateway.get("/producers?after=" + (second - 1)).json();
		assertThat(last.at("/producers/0/producerId").longValue()).isEqualTo(second);
		assertThat(last.get("next").isNull()).isTrue();
	}

	@Test
	void answersAnUnknownNameWithAnEmptyList() {
		for (String name : new String[] { "nobody", "%00", "", "x".repeat(2000) }) {
			Answer answer = this.gateway.get("/producers?name=" + name);
			assertThat(answer.status()).isEqualTo(200);
			assertThat(answer.json().get("producers")).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "abc", "-1", "0", "9007199254740991", "99999999999999999999", "1.5" })
	void refusesUnknownProducers(String id) {
		AppendContract.assertProblem(this.gateway.get("/producers/" + id), 404, "UNKNOWN_PRODUCER_ID", "register");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"name\":\"\"}", "{\"name\":\" \\u2003\"}", "{\"name\":7}", "{\"name\":\"\\ud800\"}",
			"{\"name\":\"a\\u0000\"}", "{\"nam\":\"a\"}", "{\"name\":\"a\",\"name\":\"a\"}" })
	void refusesBadNames(String body) {
		Answer answer = this.gateway.post("/producers", body);
		AppendContract.assertProblem(answer, 400, "INVALID_REQUEST", "fix-request");
		assertThat(answer.json().get("errors")).hasSize(1);
	}

	@Test
	void takesNamesOf255CodePoints() {
		String longest = UUID.randomUUID() + "😀".repeat(255 - 36);
		assertThat(this.gateway.register(longest).status()).isEqualTo(201);
		assertThat(this.gateway.register(longest + "x").status()).isEqualTo(400);
	}

}
