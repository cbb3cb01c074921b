package org.exactlyonce.gateway.proof.exhaustion;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.LoadingProducer;
import org.exactlyonce.gateway.support.LogCheck;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * More clients at the same moment than a small heap has room for. Nothing runs out of
 * memory, every client is answered, and those that were there before go on. One gateway
 * takes all crowds, one after the other.
 */
class CrowdIT {

	private static final int HEAP_MB = Integer.getInteger("crowd.heap", 256);

	/** Their requests in progress would take more than the whole heap. */
	private static final int CLIENTS = Integer.getInteger("crowd.clients", 3000 * HEAP_MB / 256);

	private static final Duration PATIENCE = Duration.ofSeconds(Integer.getInteger("crowd.seconds", 60));

	@TempDir
	private static Path folder;

	private static GatewayProcess gateway;

	private static GatewayClient client;

	@BeforeAll
	static void start() {
		gateway = GatewayProcess.startWith(List.of("-Xmx" + HEAP_MB + "m", "-XX:+ExitOnOutOfMemoryError"),
				"--gateway.data-dir=" + folder);
		client = gateway.client();
	}

	@AfterAll
	static void end() {
		gateway.close();
	}

	@Test
	void answersTinyAppendsOfManyConnections() throws IOException {
		Map<Integer, Integer> answers = answers(CLIENTS, (i) -> append(i % 7, "", "{\"records\":[{\"value\":1}]}"));
		assertThat(answers).containsKey(201).doesNotContainKey(0);
		assertThat(answers.keySet()).isSubsetOf(201, 429, 503);
	}

	@Test
	void holdsNoMoreEarlyAppendsThanTheHeapHasRoomFor() throws IOException {
		long first = client.newProducer();
		int producers = CLIENTS / 35 + 1;
		for (int i = 1; i < producers; i++) {
			client.newProducer();
		}
		Map<Integer, Integer> answers = answers(CLIENTS,
				(i) -> append(i % 7,
						"Producer-Id: %d\r\nProducer-Seq: 5\r\nPrefer: wait=8\r\n".formatted(first + i % producers),
						"{\"early\":true}"));
		assertThat(answers).containsKey(409).doesNotContainKey(0);
		assertThat(answers.keySet()).isSubsetOf(409, 429, 503);
	}

	@Test
	void letsInNoMoreStreamsThanTheHeapHasRoomFor() throws IOException {
		long producer = client.newProducer();
		String large = "\"" + "x".repeat(700_000) + "\"";
		for (int sequence = 0; sequence < 3; sequence++) {
			assertThat(client.append(0, producer, sequence, large).status()).isEqualTo(201);
		}
		Map<Integer, Integer> answers = answers(CLIENTS * 2 / 3,
				(i) -> "GET /partitions/0/records HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n");
		assertThat(answers).containsOnlyKeys(200, 429);
	}

	private static String append(int partition, String headers, String body) {
		return "POST /partitions/%d/records HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n%s"
			.formatted(partition, headers, body.length(), body);
	}

	/** Watches one that appends meanwhile, and the gateway's health. */
	private Map<Integer, Integer> answers(int clients, IntFunction<String> requests) throws IOException {
		LoadingProducer quiet = new LoadingProducer(client.newProducer(), 7).start(client);
		try (Crowd crowd = new Crowd(gateway.port(), clients, requests)) {
			Map<Integer, Integer> answers = crowd.answers(PATIENCE);
			assertThat(client.get("/actuator/health/liveness").status()).isEqualTo(200);
			quiet.stop();
			System.out.printf("[crowd] %d clients: %s; %d appends beside them, slowest %d ms%n", clients, answers,
					quiet.acknowledged(), quiet.slowest().toMillis());
			assertThat(quiet.acknowledged()).isPositive();
			LogCheck.holds(client, 7, List.of(quiet));
			return answers;
		}
		finally {
			quiet.stop();
			assertThat(gateway.output()).doesNotContain("OutOfMemoryError");
		}
	}

}
