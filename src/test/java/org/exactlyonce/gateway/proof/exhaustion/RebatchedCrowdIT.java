package org.exactlyonce.gateway.proof.exhaustion;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.LoadingProducer;
import org.exactlyonce.gateway.support.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The records of one large batch, sent again one by one by many clients at the same
 * moment: a legal way to batch a retry. Appends to another partition of the same lane go
 * on.
 */
class RebatchedCrowdIT {

	private static final int CLIENTS = Integer.getInteger("crowd.retries", 300);

	private static final int WAVES = Integer.getInteger("crowd.waves", 2);

	private static final Duration PATIENCE = Duration.ofSeconds(Integer.getInteger("crowd.seconds", 60));

	private static final int RECORDS = 10_000;

	private static final String VALUE = "x".repeat(798);

	@TempDir
	private Path folder;

	@Test
	void holdsUpNoOthersOnH2() throws IOException {
		holdsUpNoOthers("--gateway.data-dir=" + this.folder);
	}

	@Test
	void holdsUpNoOthersOnPostgres() throws IOException {
		holdsUpNoOthers(GatewayProcess.onPostgres(PostgresServer.newDatabase()));
	}

	private void holdsUpNoOthers(String... database) throws IOException {
		try (GatewayProcess gateway = GatewayProcess.startWith(List.of("-Xmx1g"), database)) {
			GatewayClient client = gateway.client();
			long producer = client.newProducer();
			assertThat(client.post("/partitions/0/records", batch(producer)).status()).isEqualTo(201);
			LoadingProducer neighbour = new LoadingProducer(client.newProducer(), 7).start(client);
			Map<Integer, Integer> answers = new TreeMap<>();
			for (int wave = 0; wave < WAVES; wave++) {
				int first = wave * CLIENTS;
				try (Crowd crowd = new Crowd(gateway.port(), CLIENTS,
						(i) -> retry(producer, (first + i) * 7919 % RECORDS))) {
					crowd.answers(PATIENCE).forEach((status, count) -> answers.merge(status, count, Integer::sum));
				}
			}
			neighbour.stop();
			System.out.printf(
					"[rebatched] %d times %d clients: %s; %d appends beside them, %d refused, slowest %d ms%n", WAVES,
					CLIENTS, answers, neighbour.acknowledged(), neighbour.refused(), neighbour.slowest().toMillis());
			assertThat(answers).containsKey(200);
			assertThat(answers.keySet()).isSubsetOf(200, 429);
			assertThat(neighbour.surprises()).isEmpty();
			assertThat(neighbour.refused()).isZero();
			assertThat(neighbour.acknowledged()).isGreaterThanOrEqualTo(WAVES);
		}
	}

	private static String batch(long producer) {
		return IntStream.range(0, RECORDS)
			.mapToObj((i) -> "{\"value\":\"" + VALUE + "\"}")
			.collect(
					Collectors.joining(",", "{\"producerId\":" + producer + ",\"baseSequence\":0,\"records\":[", "]}"));
	}

	private static String retry(long producer, int sequence) {
		String body = "{\"producerId\":%d,\"baseSequence\":%d,\"records\":[{\"value\":\"%s\"}]}".formatted(producer,
				sequence, VALUE);
		return "POST /partitions/0/records HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
			.formatted(body.length(), body);
	}

}
