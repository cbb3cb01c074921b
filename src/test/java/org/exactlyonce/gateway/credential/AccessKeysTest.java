package org.exactlyonce.gateway.credential;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.exactlyonce.gateway.access.RawRequest;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Access keys are made, listed and revoked by administrators, and kept as their SHA-256.
 */
@OnH2WithKeys
@ExtendWith(OutputCaptureExtension.class)
class AccessKeysTest {

	@LocalServerPort
	private int port;

	@Autowired
	private JdbcTemplate jdbc;

	private TokenGateway gateway() {
		return new TokenGateway(new GatewayClient(this.port));
	}

	@Test
	void showsAKeyOnce(CapturedOutput output) {
		TokenGateway gateway = gateway();
		Answer made = gateway.make("orders-service",
				"{\"may\": [\"produce\"], \"topics\": [\"records\", \"orders-*\"]}", "2099-01-01T00:00:00+02:00");
		assertThat(made.status()).isEqualTo(201);
		String key = made.json().get("key").asString();
		assertThat(key).matches("eog_[A-Za-z0-9_-]{43}");
		assertThat(made.header("Location")).isEqualTo("/keys/" + made.json().get("id").asString());
		JsonNode shown = gateway.get(TokenGateway.ADMIN_KEY, made.header("Location")).json();
		assertThat(shown.toString()).isEqualTo("{\"id\":" + made.json().get("id").asString()
				+ ",\"name\":\"orders-service\",\"rights\":[{\"may\":[\"produce\"],\"topics\":[\"records\",\"orders-*\"]}]"
				+ ",\"createdAt\":\"" + made.json().get("createdAt").asString()
				+ "\",\"expiresAt\":\"2098-12-31T22:00:00Z\",\"lastUsedAt\":null}");
		assertThat(gateway.get(TokenGateway.ADMIN_KEY, "/keys").text()).contains(shown.toString()).doesNotContain(key);
		assertThat(this.jdbc.queryForList("select * from access_key").toString()).doesNotContain(key);
		assertThat(output).contains("admin made the key ").doesNotContain(key);
	}

	@Test
	void twoKeysMayHaveOneName() {
		TokenGateway gateway = gateway();
		String first = gateway.key("produce");
		String second = gateway.key("produce");
		assertThat(first).isNotEqualTo(second);
		assertThat(gateway.get(first, "/partitions").status()).isEqualTo(200);
		assertThat(gateway.get(second, "/partitions").status()).isEqualTo(200);
	}

	@Test
	void remembersTheHourOfTheLastUse() {
		TokenGateway gateway = gateway();
		Answer made = gateway.make("used", "{\"may\": [\"read\"]}", null);
		String key = made.json().get("key").asString();
		await().untilAsserted(() -> {
			assertThat(gateway.get(key, "/partitions").status()).isEqualTo(200);
			assertThat(gateway.get(TokenGateway.ADMIN_KEY, made.header("Location")).json().get("lastUsedAt").asString())
				.matches("[-0-9]{10}T[0-9]{2}:00:00Z");
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '#', value = { "{}|name,rights",
			"{\"name\": \" \", \"rights\": []}|name,rights",
			"{\"name\": \"a\\nb\", \"rights\": [{\"may\": [\"read\"]}]}|name",
			"{\"name\": \"a\", \"rights\": [{\"may\": [\"write\"]}]}|rights[0].may[0]",
			"{\"name\": \"a\", \"rights\": [{\"may\": []}]}|rights[0].may",
			"{\"name\": \"a\", \"rights\": [{\"may\": [\"read\"], \"topics\": [\"a*b\", \"c\", \"\"]}]}|rights[0].topics[0],rights[0].topics[2]",
			"{\"name\": \"a\", \"rights\": [{\"may\": [\"admin\"], \"topics\": [\"a\"]}]}|rights[0].topics",
			"{\"name\": \"a\", \"rights\": [{\"may\": [\"read\", \"admin\"], \"topics\": [\"a\"]}]}|rights[0].topics",
			"{\"name\": \"a\", \"rights\": [7]}|rights[0]",
			"{\"name\": \"a\", \"rights\": [{\"may\": [\"read\"], \"topic\": \"a\"}]}|rights[0].topic",
			"{\"name\": \"a\", \"rights\": [{\"may\": [\"read\"]}], \"expiresAt\": \"tomorrow\"}|expiresAt",
			"{\"name\": \"a\\u2028admin made\", \"rights\": [{\"may\": [\"read\"]}]}|name",
			"{\"name\": \"a\", \"rights\": [{\"may\": [\"read\"]}], \"expiresAt\": \"+300000-01-01T00:00:00Z\"}|expiresAt",
			"{\"name\": \"a\", \"rights\": [{\"may\": [\"read\"]}], \"expiresAt\": \"-4800-01-01T00:00:00Z\"}|expiresAt" })
	void saysAllThatIsWrongWithABody(String body, String fields) {
		Answer answer = gateway().send(TokenGateway.ADMIN_KEY, "POST", "/keys", body);
		assertThat(answer.status()).as(answer.text()).isEqualTo(400);
		assertThat(answer.json().get("errors").values().stream().map((error) -> error.get("field").asString()))
			.containsExactlyInAnyOrder(fields.split(","));
	}

	@Test
	void boundsWhatTheRightsOfAKeyTakeInMemory() {
		String topics = IntStream.range(0, 99)
			.mapToObj((i) -> "\"" + "t".repeat(200) + i + "\"")
			.collect(Collectors.joining(","));
		Answer answer = gateway().make("much", "{\"may\": [\"read\"], \"topics\": [" + topics + "]}", null);
		assertThat(answer.status()).as(answer.text()).isEqualTo(400);
		assertThat(answer.json().at("/errors/0/field").asString()).isEqualTo("rights");
		assertThat(answer.json().at("/errors/0/message").asString()).contains("may have 8192");
	}

	@Test
	void revokedKeyIsRefusedSoon() {
		TokenGateway gateway = gateway();
		Answer made = gateway.make("gone", "{\"may\": [\"read\"]}", null);
		String key = made.json().get("key").asString();
		assertThat(gateway.get(key, "/partitions").status()).isEqualTo(200);
		assertThat(gateway.send(TokenGateway.ADMIN_KEY, "DELETE", made.header("Location"), null).status())
			.isEqualTo(204);
		assertThat(gateway.get(key, "/partitions").status()).isEqualTo(401);
		assertThat(gateway.send(TokenGateway.ADMIN_KEY, "DELETE", made.header("Location"), null).status())
			.isEqualTo(404);
	}

	@Test
	void strangerIsNotAskedForTheBodyItAnnounces() throws IOException {
		for (String authorization : List.of("", "Authorization: Bearer " + NewKey.random() + "\r\n")) {
			assertThat(RawRequest.send(this.port,
					"POST /partitions/0/records HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
							+ authorization + "Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n"))
				.startsWith("HTTP/1.1 401");
		}
	}

	@Test
	void streamEndsWithItsKey() throws Exception {
		TokenGateway gateway = gateway();
		Answer made = gateway.make("follower", "{\"may\": [\"read\"]}", null);
		HttpRequest request = HttpRequest
			.newBuilder(URI.create("http://localhost:" + this.port + "/partitions/3/records"))
			.header("Accept", "text/event-stream")
			.header("Authorization", "Bearer " + made.json().get("key").asString())
			.build();
		HttpResponse<InputStream> stream = HttpClient.newHttpClient().send(request, BodyHandlers.ofInputStream());
		assertThat(stream.statusCode()).isEqualTo(200);
		gateway.send(TokenGateway.ADMIN_KEY, "POST", "/partitions/3/records", "{\"records\": [{\"value\": 1}]}");
		assertThat(stream.body().read()).isEqualTo('i');
		gateway.send(TokenGateway.ADMIN_KEY, "DELETE", made.header("Location"), null);
		assertThat(CompletableFuture.supplyAsync(() -> rest(stream.body()))).succeedsWithin(Duration.ofSeconds(5));
	}

	private static int rest(InputStream body) {
		try {
			return body.readAllBytes().length;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Test
	void appendsAndReadsWithTheRightForEach() {
		TokenGateway gateway = gateway();
		String producing = gateway.key("produce", "records");
		String producer = gateway.send(producing, "POST", "/producers", null).json().get("producerId").asString();
		String body = "{\"producerId\": " + producer
				+ ", \"producerEpoch\": 0, \"baseSequence\": 0, \"records\": [{\"value\": 1}]}";
		Answer stored = gateway.send(producing, "POST", "/partitions/5/records", body);
		assertThat(stored.status()).isEqualTo(201);
		assertThat(gateway.send(producing, "POST", "/partitions/5/records", body).status()).isEqualTo(200);
		String from = "/partitions/5/records?offset=" + stored.json().get("baseOffset").longValue();
		assertThat(gateway.get(gateway.key("read"), from).json().get("records")).hasSize(1);
	}

	@Test
	void producerBelongsToTheNameOfTheKey(CapturedOutput output) {
		TokenGateway gateway = gateway();
		String mine = gateway.make("owner", "{\"may\": [\"produce\"]}", null).json().get("key").asString();
		String mineToo = gateway.make("owner", "{\"may\": [\"produce\"]}", null).json().get("key").asString();
		String others = gateway.make("another", "{\"may\": [\"produce\"]}", null).json().get("key").asString();
		String name = "{\"name\": \"orders-of-owner\"}";
		String id = gateway.send(mine, "POST", "/producers", name).json().get("producerId").asString();
		Answer refused = gateway.send(others, "POST", "/producers", name);
		assertThat(refused.status()).isEqualTo(403);
		assertThat(refused.code()).isEqualTo("NOT_OWNER");
		assertThat(gateway.get(others, "/producers/" + id).status()).isEqualTo(404);
		assertThat(gateway.get(mineToo, "/producers/" + id).json().get("producerEpoch").asInt()).isZero();
		String body = "{\"producerId\": " + id
				+ ", \"producerEpoch\": 0, \"baseSequence\": 0, \"records\": [{\"value\": 1}]}";
		assertThat(gateway.send(others, "POST", "/partitions/4/records", body).code()).isEqualTo("NOT_OWNER");
		assertThat(gateway.send(mineToo, "POST", "/partitions/4/records", body).status()).isEqualTo(201);
		assertThat(gateway.get(TokenGateway.ADMIN_KEY, "/producers/" + id).json().get("owner").asString())
			.isEqualTo("owner");
		assertThat(
				gateway.send(TokenGateway.ADMIN_KEY, "PATCH", "/producers/" + id, "{\"owner\": \"another\"}").status())
			.isEqualTo(200);
		assertThat(gateway.send(others, "POST", "/partitions/4/records", body).status()).isEqualTo(200);
		gateway.send(others, "POST", "/producers/" + id + "/epoch", null);
		gateway.send(TokenGateway.ADMIN_KEY, "POST", "/producers/" + id + "/epoch", null);
		assertThat(output).contains("admin gave producer " + id + " away, which now belongs to another\n")
			.contains("admin raised the epoch of producer " + id + ", which belongs to another, to 2\n")
			.doesNotContain("another raised the epoch")
			.contains("another was denied the name of another principal's producer\n")
			.contains("another was denied to append as a producer of another principal\n");
	}

	@Test
	void writesADenialOnceAMinute(CapturedOutput output) {
		TokenGateway gateway = gateway();
		String curious = gateway.make("curious", "{\"may\": [\"produce\"]}", null).json().get("key").asString();
		for (int i = 0; i < 3; i++) {
			assertThat(gateway.get(curious, "/keys").status()).isEqualTo(403);
			assertThat(gateway.get(curious, "/partitions/0/records").status()).isEqualTo(403);
		}
		assertThat(output.getAll().lines().filter((line) -> line.contains("curious was denied the right admin")))
			.hasSize(1);
		assertThat(output.getAll().lines().filter((line) -> line.contains("curious was denied the right read")))
			.hasSize(1);
	}

	/** Guesses, and what may break out of a header; -Dhostile.tokens=100000 for all. */
	@Test
	void takesNoGuess(CapturedOutput output) {
		TokenGateway gateway = gateway();
		Random random = new Random(17);
		int tries = Integer.getInteger("hostile.tokens", 1000);
		long end = end(gateway);
		Set<Integer> statuses = new HashSet<>();
		String last = "";
		for (int i = 0; i < tries; i++) {
			last = guess(random);
			statuses
				.add(gateway.send(last, "POST", "/partitions/6/records", "{\"records\": [{\"value\": 1}]}").status());
		}
		assertThat(statuses).containsExactly(401);
		assertThat(end(gateway)).isEqualTo(end);
		assertThat(output.getAll().lines().filter((line) -> line.contains("was refused with 401"))).hasSizeLessThan(3);
		assertThat(output).doesNotContain(last);
	}

	private static long end(TokenGateway gateway) {
		return gateway.get(TokenGateway.ADMIN_KEY, "/partitions/6").json().get("logEndOffset").longValue();
	}

	private static String guess(Random random) {
		String key = NewKey.random();
		return switch (random.nextInt(7)) {
			case 0 -> key;
			case 1 -> key.substring(0, random.nextInt(key.length()) + 1);
			case 2 -> key + key;
			case 3 -> TokenGateway.ADMIN_KEY.substring(1);
			case 4 -> "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.";
			case 5 -> Stream.generate(() -> "a").limit(random.nextInt(4000) + 1).reduce("", String::concat);
			default -> "' or 1=1 --";
		};
	}

}
