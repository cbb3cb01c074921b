package org.exactlyonce.gateway;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.LogCheck;
import org.exactlyonce.gateway.support.PostgresServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Two packaged gateways on one PostgreSQL. */
class ReplicasIT {

	private static final List<GatewayProcess> replicas = new ArrayList<>();

	@BeforeAll
	static void start() {
		String[] arguments = GatewayProcess.onPostgres(PostgresServer.newDatabase(), "--gateway.lanes=4");
		CompletableFuture<GatewayProcess> other = CompletableFuture.supplyAsync(() -> GatewayProcess.start(arguments));
		replicas.add(GatewayProcess.start(arguments));
		replicas.add(other.join());
	}

	@AfterAll
	static void stop() {
		replicas.forEach(GatewayProcess::close);
	}

	@Test
	void storesOneOfEightRacingAppends() throws Exception {
		GatewayClient any = replicas.get(0).client();
		ExecutorService clients = Executors.newFixedThreadPool(8);
		try {
			long producer = any.newProducer();
			for (int sequence = 0; sequence < 30; sequence++) {
				race(clients, producer, sequence);
			}
			assertThat(LogCheck.read(any, 7)).hasSize(30);
		}
		finally {
			clients.shutdownNow();
		}
	}

	private static void race(ExecutorService clients, long producer, long sequence) {
		CyclicBarrier start = new CyclicBarrier(8);
		List<CompletableFuture<GatewayClient.Answer>> racing = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			GatewayClient client = replicas.get(i % 2).client();
			racing.add(CompletableFuture.supplyAsync(() -> {
				await(start);
				return client.append(7, producer, sequence, "1");
			}, clients));
		}
		List<GatewayClient.Answer> answers = racing.stream().map(CompletableFuture::join).toList();
		List<Integer> statuses = new ArrayList<>(Collections.nCopies(7, 200));
		statuses.add(201);
		assertThat(answers).extracting(GatewayClient.Answer::status).containsExactlyInAnyOrderElementsOf(statuses);
		assertThat(answers).extracting((answer) -> answer.json().get("baseOffset").longValue()).containsOnly(sequence);
	}

	private static void await(CyclicBarrier start) {
		try {
			start.await();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
