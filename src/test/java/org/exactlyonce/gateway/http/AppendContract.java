package org.exactlyonce.gateway.http;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.LogCheck;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every row of the contract's outcome table, over HTTP.
 */
abstract class AppendContract {

	@LocalServerPort
	private int port;

	private GatewayClient gateway;

	private long producer;

	@BeforeEach
	void registerProducer() {
		this.gateway = new GatewayClient(this.port);
		this.producer = this.gateway.newProducer();
	}

	@Test
	void appendsTheFirstSequenceAndAnswersWithAReceipt() {
		long end = logEnd(1);
		Answer answer = this.gateway.append(1, this.producer, 0, "1", "2", "3");
		assertThat(answer.status()).isEqualTo(201);
		JsonNode receipt = answer.json();
		assertThat(receipt.propertyNames()).containsExactlyInAnyOrder("topic", "partition", "producerId",
				"producerEpoch", "baseSequence", "lastSequence", "baseOffset", "lastOffset", "nextSequence",
				"duplicate", "appendedAt");
		assertThat(receipt.get("partition").intValue()).isEqualTo(1);
		assertThat(receipt.get("producerId").longValue()).isEqualTo(this.producer);
		assertThat(receipt.get("lastSequence").longValue()).isEqualTo(2);
		assertThat(receipt.get("baseOffset").longValue()).isEqualTo(end);
		assertThat(receipt.get("lastOffset").longValue()).isEqualTo(end + 2);
		assertThat(receipt.get("nextSequence").longValue()).isEqualTo(3);
		assertThat(receipt.get("duplicate").booleanValue()).isFalse();
		assertThat(answer.header("Producer-Next-Seq")).isEqualTo("3");
		assertThat(answer.header("Idempotent-Replayed")).isNull();
		assertThat(logEnd(1)).isEqualTo(end + 3);
	}

	@Test
	void answersARetryWithTheOriginalOffset() {
		JsonNode first = this.gateway.append(0, this.producer, 0, "\"a\"").json();
		this.gateway.append(0, this.producer, 1, "\"b\"");
		long end = logEnd(0);
		Answer retry = this.gateway.append(0, this.producer, 0, " \"a\" ");
		assertThat(retry.status()).isEqualTo(200);
		assertThat(retry.header("Idempotent-Replayed")).isEqualTo("true");
		assertThat(retry.json().get("baseOffset")).isEqualTo(first.get("baseOffset"));
		assertThat(retry.json().get("appendedAt")).isEqualTo(first.get("appendedAt"));
		assertThat(retry.json().get("duplicate").booleanValue()).isTrue();
		assertThat(retry.json().get("lastSequence").longValue()).isZero();
		assertThat(retry.json().get("nextSequence").longValue()).isEqualTo(2);
		assertThat(logEnd(0)).isEqualTo(end);
	}

	@Test
	void answersARetryThatIsBatchedOtherwise() {
		long first = this.gateway.append(0, this.producer, 0, "0", "1").json().get("baseOffset").longValue();
		long other = this.gateway.newProducer();
		this.gateway.append(0, other, 0, "99");
		this.gateway.append(0, this.producer, 2, "2", "3");
		JsonNode receipt = this.gateway.append(0, this.producer, 1, "1", "2").json();
		assertThat(receipt.get("duplicate").booleanValue()).isTrue();
		assertThat(receipt.get("baseOffset").longValue()).isEqualTo(first + 1);
		assertThat(receipt.get("lastOffset").longValue()).isEqualTo(first + 3);
		assertThat(receipt.get("nextSequence").longValue()).isEqualTo(4);
	}

	@Test
	void refusesAGapWithTheExpectedSequence() {
		this.gateway.append(0, this.producer, 0, "0");
		long end = logEnd(0);
		Answer gap = this.gateway.append(0, this.producer, 5, "5");
		assertProblem(gap, 409, "OUT_OF_ORDER_SEQUENCE_NUMBER", "resync");
		assertThat(gap.json().get("expectedSequence").longValue()).isEqualTo(1);
		assertThat(gap.json().get("receivedSequence").longValue()).isEqualTo(5);
		assertThat(gap.header("Producer-Expected-Seq")).isEqualTo("1");
		assertThat(gap.header("Producer-Received-Seq")).isEqualTo("5");
		assertThat(logEnd(0)).isEqualTo(end);
	}

	@Test
	void refusesAFirstSequenceThatIsNotZero() {
		Answer gap = this.gateway.append(0, this.producer, 1, "1");
		assertThat(gap.status()).isEqualTo(409);
		assertThat(gap.json().get("expectedSequence").longValue()).isZero();
	}

	@Test
	void refusesABatchThatStraddlesTheCommittedEndWithoutComparingIt() {
		this.gateway.append(0, this.producer, 0, "0", "1");
		Answer straddling = this.gateway.append(0, this.producer, 1, "\"other\"", "2");
		assertProblem(straddling, 409, "OUT_OF_ORDER_SEQUENCE_NUMBER", "resync");
		assertThat(straddling.json().get("expectedSequence").longValue()).isEqualTo(2);
		assertThat(straddling.json().get("receivedSequence").longValue()).isEqualTo(1);
	}

	@Test
	void refusesAReusedSequenceWithTheFirstMismatch() {
		this.gateway.append(0, this.producer, 0, "0", "1", "2");
		Answer reused = this.gateway.append(0, this.producer, 0, "0", "1", "\"other\"");
		assertProblem(reused, 422, "SEQUENCE_REUSED", "fix-request");
		assertThat(reused.json().get("firstMismatch").longValue()).isEqualTo(2);
		assertThat(this.gateway.append(0, this.producer, 0, "0").status()).isEqualTo(200);
		assertThat(this.gateway.append(0, this.producer, 0, "0.0").status()).isEqualTo(422);
	}

	@Test
	void fencesAnOlderEpochAndGoesOnWithTheSequence() {
		String name = "fenced-" + this.producer;
		long id = this.gateway.register(name).json().get("producerId").longValue();
		this.gateway.append(0, id, 0, 0, "0");
		JsonNode renewed = this.gateway.register(name).json();
		assertThat(renewed.get("producerEpoch").longValue()).isEqualTo(1);
		assertThat(renewed.at("/partitions/0/nextSequence").longValue()).isEqualTo(1);
		Answer zombie = this.gateway.append(0, id, 0, 1, "1");
		assertProblem(zombie, 403, "PRODUCER_FENCED", "stop");
		assertThat(zombie.json().get("currentEpoch").longValue()).isEqualTo(1);
		assertThat(zombie.header("Producer-Epoch")).isEqualTo("1");
		assertThat(this.gateway.append(0, id, 1, 1, "1").status()).isEqualTo(201);
		Answer retry = this.gateway.append(0, id, 1, 0, "0");
		assertThat(retry.status()).isEqualTo(200);
		assertThat(retry.json().get("producerEpoch").longValue()).as("the epoch of the stored batch").isZero();
	}

	@Test
	void refusesAnEpochThatWasNeverIssued() {
		Answer answer = this.gateway.append(0, this.producer, 1, 0, "0");
		assertProblem(answer, 400, "INVALID_REQUEST", "fix-request");
		assertThat(answer.json().at("/errors/0/field").asString()).isEqualTo("producerEpoch");
	}

	@Test
	void refusesAnUnknownProducer() {
		assertProblem(this.gateway.append(0, 9_000_000_000L, 0, "0"), 404, "UNKNOWN_PRODUCER_ID", "register");
	}

	@Test
	void appendsWithoutIdentityAtLeastOnce() {
		String body = "{\"records\":[{\"value\":7}]}";
		JsonNode first = this.gateway.post("/partitions/2/records", body).json();
		JsonNode second = this.gateway.post("/partitions/2/records", body).json();
		assertThat(second.get("baseOffset").longValue()).isEqualTo(first.get("baseOffset").longValue() + 1);
		for (String field : List.of("producerId", "producerEpoch", "baseSequence", "lastSequence", "nextSequence")) {
			assertThat(first.get(field).isNull()).as(field).isTrue();
		}
	}

	@Test
	void givesEightEqualRequestsOneAppendAndOneOffset() throws Exception {
		for (int round = 0; round < 10; round++) {
			long sequence = round;
			List<Answer> answers = race(8, () -> this.gateway.append(3, this.producer, sequence, "\"v\""));
			assertThat(answers).extracting(Answer::status).containsOnlyOnce(201).containsOnly(200, 201);
			assertThat(answers).extracting((answer) -> answer.json().get("baseOffset"))
				.containsOnly(answers.get(0).json().get("baseOffset"));
		}
		assertThat(this.gateway.get("/producers/" + this.producer).json().at("/partitions/0/nextSequence").longValue())
			.isEqualTo(10);
	}

	@Test
	void keepsRacingNeighboursInOrder() throws Exception {
		for (long n = 0; n < 20; n += 2) {
			long sequence = n;
			List<Answer> answers = race(2, new Callable<>() {
				private boolean second;

				@Override
				public Answer call() {
					return AppendContract.this.gateway.append(4, AppendContract.this.producer, next(), "\"v\"");
				}

				private synchronized long next() {
					long mine = this.second ? sequence + 1 : sequence;
					this.second = true;
					return mine;
				}
			});
			assertThat(answers).extracting(Answer::status).containsAnyOf(201).isSubsetOf(201, 409);
			this.gateway.append(4, this.producer, n + 1, "\"v\"");
		}
		JsonNode state = this.gateway.get("/producers/" + this.producer).json();
		assertThat(state.at("/partitions/0/nextSequence").longValue()).isEqualTo(20);
		assertThat(LogCheck.read(this.gateway, 4, this.producer))
			.extracting((record) -> record.get("sequence").longValue())
			.hasSize(20)
			.isSorted()
			.doesNotHaveDuplicates();
	}

	private static List<Answer> race(int clients, Callable<Answer> request) throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(clients);
		try {
			List<Answer> answers = new ArrayList<>();
			for (Future<Answer> future : executor.invokeAll(java.util.Collections.nCopies(clients, request))) {
				answers.add(future.get());
			}
			return answers;
		}
		finally {
			executor.shutdownNow();
		}
	}

	private long logEnd(int partition) {
		return this.gateway.get("/partitions/" + partition).json().get("logEndOffset").longValue();
	}

	static void assertProblem(Answer answer, int status, String code, String retry) {
		assertThat(answer.status()).as(answer.text()).isEqualTo(status);
		assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
		JsonNode problem = answer.json();
		assertThat(problem.get("status").intValue()).isEqualTo(status);
		assertThat(problem.get("code").asString()).isEqualTo(code);
		assertThat(problem.get("retry").asString()).isEqualTo(retry);
		assertThat(problem.get("type").asString())
			.isEqualTo("/problems/" + code.toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
		assertThat(problem.get("title").asString()).isNotBlank();
		assertThat(problem.get("detail").asString()).isNotBlank();
		assertThat(problem.get("instance").asString()).startsWith("/");
	}

}
