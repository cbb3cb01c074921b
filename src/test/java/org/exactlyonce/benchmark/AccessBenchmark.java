package org.exactlyonce.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.nimbusds.jose.jwk.JWK;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.IssuerServer;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What it costs to be asked who one is: the same appends on gateways in the modes open,
 * local and token, there with access keys and with JWTs, one of each for every
 * connection. All run from the beginning, and are measured in turn, on H2.
 */
class AccessBenchmark {

	private static final String ADMIN_KEY = "an-administrators-key-of-this-benchmark";

	/** What is compared to open: {@code -Dbenchmark.variants}. */
	private static final List<String> CREDENTIALS = List
		.of(System.getProperty("benchmark.variants", "local,key,es256,rs256").split(","));

	private final Scenario scenario = Scenario.parse(System.getProperty("benchmark.scenarios", "64c"));

	private final Duration warmUp = Duration.ofSeconds(Integer.getInteger("benchmark.warmup", 35));

	private final Duration round = Duration.ofSeconds(Integer.getInteger("benchmark.seconds", 8));

	private final int rounds = Integer.getInteger("benchmark.rounds", 5);

	@TempDir(factory = DataFolder.class)
	private Path folder;

	@Test
	void measuresTheModes() throws IOException {
		JWK ec = IssuerServer.newEcKey("ec");
		JWK rsa = IssuerServer.newRsaKey("rsa");
		Map<String, Candidate> candidates = new LinkedHashMap<>();
		try (IssuerServer issuer = new IssuerServer(ec, rsa)) {
			candidates.put("open", candidate(start("open", "--gateway.security.mode=open"), (i) -> null));
			if (CREDENTIALS.contains("local")) {
				candidates.put("local", candidate(start("local", "--gateway.security.mode=local"), (i) -> null));
			}
			if (CREDENTIALS.contains("key")) {
				GatewayProcess keys = startToken("key", issuer);
				candidates.put("key", candidate(keys, (i) -> newKey(keys.client(), i)));
			}
			if (CREDENTIALS.contains("es256")) {
				candidates.put("es256", candidate(startToken("es256", issuer), (i) -> token(issuer, ec, i)));
			}
			if (CREDENTIALS.contains("rs256")) {
				candidates.put("rs256", candidate(startToken("rs256", issuer), (i) -> token(issuer, rsa, i)));
			}
			compare(candidates);
		}
		finally {
			candidates.values().forEach((candidate) -> candidate.gateway.close());
		}
	}

	/**
	 * In another order each round: what one leaves to do is done while the next is
	 * measured.
	 */
	private void compare(Map<String, Candidate> candidates) throws IOException {
		Map<String, List<Double>> ratios = new LinkedHashMap<>();
		for (Candidate candidate : candidates.values()) {
			measure(candidate, this.warmUp);
		}
		List<String> order = new ArrayList<>(candidates.keySet());
		for (int i = 1; i <= this.rounds; i++) {
			Map<String, Double> round = new LinkedHashMap<>();
			for (String name : order) {
				round.put(name, measure(candidates.get(name), this.round));
			}
			System.out.printf(Locale.ROOT, "round %d, requests/s: %s%n", i, round);
			candidates.keySet()
				.forEach((name) -> ratios.computeIfAbsent(name, (any) -> new ArrayList<>())
					.add(round.get(name) / round.get("open")));
			Collections.rotate(order, 1);
		}
		ratios.forEach((name, all) -> System.out.printf(Locale.ROOT, "%s, %s: x %.2f of open, median of %s%n",
				this.scenario.label(), name, median(all), all));
	}

	private static double median(List<Double> values) {
		return values.stream().sorted().toList().get(values.size() / 2);
	}

	private double measure(Candidate candidate, Duration duration) throws IOException {
		List<Long> producers = new ArrayList<>();
		List<String> credentials = candidate.credentials;
		for (String credential : credentials) {
			producers.add(newProducer(candidate.gateway.client(), credential));
		}
		int port = candidate.gateway.port();
		try (Load<Sender> load = new Load<>(this.scenario.connections(), (selector, number) -> new Sender(port,
				selector, Variant.GATEWAY, this.scenario, number, producers.get(number), credentials.get(number)))) {
			Histogram latencies = load.run(duration);
			return latencies.getTotalCount() / (duration.toNanos() / 1e9);
		}
	}

	private static long newProducer(GatewayClient client, String credential) {
		String[] headers = (credential != null) ? new String[] { "Authorization", "Bearer " + credential }
				: new String[0];
		Answer answer = client.send("POST", "/producers", null, headers);
		assertThat(answer.status()).as(answer.text()).isEqualTo(201);
		return answer.json().get("producerId").asLong();
	}

	private static String newKey(GatewayClient client, int number) {
		Answer made = client.send("POST", "/keys",
				("{\"name\": \"client-" + number + "\", \"rights\": [{\"may\": [\"produce\"]}]}")
					.getBytes(StandardCharsets.UTF_8),
				"Authorization", "Bearer " + ADMIN_KEY, "Content-Type", "application/json");
		assertThat(made.status()).as(made.text()).isEqualTo(201);
		return made.json().get("key").asString();
	}

	private static String token(IssuerServer issuer, JWK key, int number) {
		return IssuerServer.sign(key, issuer.claims("gateway:produce").subject("client-" + number));
	}

	private GatewayProcess startToken(String name, IssuerServer issuer) {
		return start(name, "--gateway.security.mode=token", "--gateway.security.admin-key=" + ADMIN_KEY,
				"--spring.security.oauth2.resourceserver.jwt.issuer-uri=" + issuer.uri(),
				"--spring.security.oauth2.resourceserver.jwt.audiences=" + IssuerServer.AUDIENCE);
	}

	private GatewayProcess start(String name, String... arguments) {
		return GatewayProcess.startOptimised(
				Stream.concat(Stream.of("--gateway.data-dir=" + this.folder.resolve(name)), Stream.of(arguments))
					.toArray(String[]::new));
	}

	private Candidate candidate(GatewayProcess gateway, IntFunction<String> credential) {
		return new Candidate(gateway,
				IntStream.range(0, this.scenario.connections()).mapToObj(credential).collect(Collectors.toList()));
	}

	/**
	 * A gateway, and the credential of each connection, the same in every round: the
	 * first use of a key is a write.
	 */
	private record Candidate(GatewayProcess gateway, List<String> credentials) {
	}

}
