package org.exactlyonce.gateway.http;

import java.util.List;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.gateway.http.AppendContract.assertProblem;

/** A producer fences its own past, by its id. */
abstract class EpochContract {

	@LocalServerPort
	private int port;

	private GatewayClient gateway;

	private long producer;

	@BeforeEach
	void connect() {
		this.gateway = new GatewayClient(this.port);
		this.producer = this.gateway.newProducer();
	}

	private Answer raise(String body) {
		String path = "/producers/" + this.producer + "/epoch";
		return (body != null) ? this.gateway.post(path, body) : this.gateway.send("POST", path, null);
	}

	private long epoch() {
		return this.gateway.get("/producers/" + this.producer).json().get("producerEpoch").longValue();
	}

	@Test
	void fencesThePastOfAnAnonymousProducer() {
		long offset = this.gateway.append(3, this.producer, 0, "0", "1").json().get("lastOffset").longValue();
		Answer raised = raise(null);
		assertThat(raised.status()).isEqualTo(200);
		JsonNode view = raised.json();
		assertThat(view.get("producerId").longValue()).isEqualTo(this.producer);
		assertThat(view.get("producerEpoch").longValue()).isOne();
		assertThat(view.get("name").isNull()).isTrue();
		assertThat(view.at("/partitions/0/nextSequence").longValue()).isEqualTo(2);
		assertThat(view.at("/partitions/0/lastOffset").longValue()).isEqualTo(offset);
		assertThat(this.gateway.get("/producers/" + this.producer).json()).isEqualTo(view);
		Answer old = this.gateway.append(3, this.producer, 0, 2, "2");
		assertProblem(old, 403, "PRODUCER_FENCED", "stop");
		assertThat(old.json().get("currentEpoch").longValue()).isOne();
		assertThat(this.gateway.append(3, this.producer, 1, 2, "2").status()).isEqualTo(201);
	}

	@Test
	void raisesTheEpochThatRegistrationsRaise() {
		String name = "epoch-" + this.producer;
		this.producer = this.gateway.register(name).json().get("producerId").longValue();
		assertThat(raise("{\"producerEpoch\": 0}").json().get("producerEpoch").longValue()).isOne();
		assertThat(this.gateway.register(name).json().get("producerEpoch").longValue()).isEqualTo(2);
		assertThat(raise("{\"producerEpoch\": 2}").json().get("name").asString()).isEqualTo(name);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{}", "{\"producerEpoch\": null}", "{\"producerEpoch\": 0}" })
	void takesABodyOrNone(String body) {
		assertThat(raise(body.isEmpty() ? null : body).json().get("producerEpoch").longValue()).isOne();
	}

	@Test
	void refusesAnOlderEpochAndRaisesNothing() {
		raise(null);
		raise(null);
		for (int older = 0; older < 2; older++) {
			Answer fenced = raise("{\"producerEpoch\": " + older + "}");
			assertProblem(fenced, 403, "PRODUCER_FENCED", "stop");
			assertThat(fenced.json().get("currentEpoch").longValue()).isEqualTo(2);
			assertThat(fenced.header("Producer-Epoch")).isEqualTo("2");
		}
		assertThat(epoch()).isEqualTo(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"producerEpoch\": 1}", "{\"producerEpoch\": 9007199254740991}",
			"{\"producerEpoch\": -1}", "{\"producerEpoch\": \"0\"}", "{\"producerEpoch\": 0.0}", "{\"epoch\": 0}",
			"{\"producerEpoch\": 0, \"producerEpoch\": 0}" })
	void refusesWhatIsNoEpochOfTheProducer(String body) {
		Answer answer = raise(body);
		assertProblem(answer, 400, "INVALID_REQUEST", "fix-request");
		assertThat(answer.json().get("errors")).hasSize(1);
		assertThat(epoch()).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "abc", "-1", "0", "9007199254740991", "99999999999999999999" })
	void refusesUnknownProducers(String id) {
		assertProblem(this.gateway.send("POST", "/producers/" + id + "/epoch", null), 404, "UNKNOWN_PRODUCER_ID",
				"register");
		assertProblem(this.gateway.post("/producers/" + id + "/epoch", "{\"producerEpoch\":7}"), 404,
				"UNKNOWN_PRODUCER_ID", "register");
		assertProblem(this.gateway.post("/producers/" + id + "/epoch", "{\"x\":7}"), 400, "INVALID_REQUEST",
				"fix-request");
	}

	@Test
	void letsOneWinOfThoseThatBelieveTheSameEpoch() {
		for (int round = 0; round < 5; round++) {
			String body = "{\"producerEpoch\": " + round + "}";
			List<Answer> answers = IntStream.range(0, 16).parallel().mapToObj((i) -> raise(body)).toList();
			assertThat(answers).extracting(Answer::status).containsOnlyOnce(200).containsOnly(200, 403);
			assertThat(epoch()).isEqualTo(round + 1);
		}
	}

	@Test
	void givesDistinctEpochsToThoseThatBelieveNone() {
		List<Answer> answers = IntStream.range(0, 16).parallel().mapToObj((i) -> raise("{}")).toList();
		assertThat(answers).extracting((answer) -> answer.json().get("producerEpoch").longValue())
			.doesNotHaveDuplicates()
			.allMatch((epoch) -> epoch <= 16);
		assertThat(epoch()).isEqualTo(16);
	}

}
