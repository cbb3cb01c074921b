package org.exactlyonce.gateway.http;

import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.LogCheck;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.gateway.http.AppendContract.assertProblem;

/**
 * A named producer crashes with a request in doubt and resumes: each record is in the log
 * once, whatever had become of that request.
 */
abstract class ResumeContract {

	private static final int PARTITION = 2;

	private static final List<String> EVENTS = List.of("\"created\"", "\"paid\"", "\"packed\"", "\"sent\"");

	@LocalServerPort
	private int port;

	private GatewayClient gateway;

	private String name;

	@BeforeEach
	void connect() {
		this.gateway = new GatewayClient(this.port);
		this.name = "orders-" + UUID.randomUUID();
	}

	/** Registers, and sends what is not stored yet, as a client's start-up does. */
	private JsonNode resume() {
		JsonNode producer = this.gateway.register(this.name).json();
		JsonNode partitions = producer.get("partitions");
		long next = partitions.isEmpty() ? 0 : partitions.get(0).get("nextSequence").longValue();
		for (long sequence = next; sequence < EVENTS.size(); sequence++) {
			Answer answer = append(producer, sequence);
			assertThat(answer.status()).as(answer.text()).isEqualTo(201);
		}
		return producer;
	}

	private Answer append(JsonNode producer, long sequence) {
		return this.gateway.append(PARTITION, producer.get("producerId").longValue(),
				producer.get("producerEpoch").longValue(), sequence, EVENTS.get((int) sequence));
	}

	private List<JsonNode> stored(JsonNode producer) {
		return LogCheck.read(this.gateway, PARTITION, producer.get("producerId").longValue());
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void storesEachEventOnceWhateverBecameOfTheRequestInDoubt(boolean arrived) {
		JsonNode before = this.gateway.register(this.name).json();
		append(before, 0);
		if (arrived) {
			append(before, 1); // its answer is never read
		}
		JsonNode after = resume();
		assertThat(after.get("producerId")).isEqualTo(before.get("producerId"));
		assertThat(after.get("producerEpoch").longValue()).isOne();
		assertThat(stored(after)).extracting((record) -> record.get("value").toString()).isEqualTo(EVENTS);
		assertThat(stored(after)).extracting((record) -> record.get("sequence").longValue())
			.isEqualTo(LongStream.range(0, EVENTS.size()).boxed().toList());
	}

	@Test
	void refusesTheRequestInDoubtThatArrivesAfterTheRestart() {
		JsonNode before = this.gateway.register(this.name).json();
		append(before, 0);
		JsonNode after = resume();
		for (long sequence = 0; sequence < EVENTS.size(); sequence++) {
			assertProblem(append(before, sequence), 403, "PRODUCER_FENCED", "stop");
		}
		assertThat(stored(after)).hasSize(EVENTS.size());
	}

	@Test
	void resumesAnyNumberOfTimes() {
		for (int epoch = 0; epoch < 5; epoch++) {
			JsonNode producer = resume();
			assertThat(producer.get("producerEpoch").longValue()).isEqualTo(epoch);
			assertThat(stored(producer)).hasSize(EVENTS.size());
			Answer retry = append(producer, 3);
			assertThat(retry.status()).as("resending what is stored does no harm").isEqualTo(200);
			assertThat(retry.json().get("producerEpoch").longValue()).isZero();
		}
	}

}
