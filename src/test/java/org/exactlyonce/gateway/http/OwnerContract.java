package org.exactlyonce.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import org.awaitility.Awaitility;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.NamedRequests;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.gateway.http.AppendContract.assertProblem;

/** Whose a producer is, and what others see of it, where requests have principals. */
@Import(NamedRequests.class)
abstract class OwnerContract {

	private static final String[] ADMINISTRATOR = { "Principal", "c", "Role", "admin" };

	private final String a = UUID.randomUUID().toString();

	private final String b = UUID.randomUUID().toString();

	@LocalServerPort
	private int port;

	private GatewayClient gateway;

	@BeforeEach
	void connect() {
		this.gateway = new GatewayClient(this.port);
	}

	private Answer send(String principal, String method, String path, String json, String... headers) {
		List<String> all = new ArrayList<>(List.of(headers));
		if (principal != null) {
			all.addAll(List.of("Principal", principal));
		}
		if (json == null) {
			return this.gateway.send(method, path, null, all.toArray(String[]::new));
		}
		all.addAll(List.of("Content-Type", "application/json"));
		return this.gateway.send(method, path, json.getBytes(StandardCharsets.UTF_8), all.toArray(String[]::new));
	}

	private Answer append(String principal, long producer, long epoch, long sequence, String... headers) {
		return send(principal, "POST", "/partitions/5/records",
				"{\"producerId\":%d,\"producerEpoch\":%d,\"baseSequence\":%d,\"records\":[{\"value\":1}]}"
					.formatted(producer, epoch, sequence),
				headers);
	}

	private long register(String principal, String body) {
		return send(principal, "POST", "/producers", body).json().get("producerId").longValue();
	}

	private Answer get(String principal, String path) {
		return send(principal, "GET", path, null);
	}

	private Answer asAdministrator(String method, String path, String json) {
		return (json != null)
				? this.gateway.send(method, path, json.getBytes(StandardCharsets.UTF_8), "Content-Type",
						"application/json", "Principal", "c", "Role", "admin")
				: this.gateway.send(method, path, null, ADMINISTRATOR);
	}

	private long end() {
		return this.gateway.get("/partitions/5").json().get("logEndOffset").longValue();
	}

	@Test
	void refusesAppendsAsAnothersProducerBeforeAllElseOfIt() {
		long producer = register(this.a, null);
		assertThat(append(this.a, producer, 0, 0).status()).isEqualTo(201);
		assertThat(send(this.a, "POST", "/producers/" + producer + "/epoch", null).status()).isEqualTo(200);
		long end = end();
		for (long epoch = 0; epoch < 3; epoch++) {
			for (long sequence = 0; sequence < 3; sequence++) {
				Answer answer = append(this.b, producer, epoch, sequence);
				assertProblem(answer, 403, "NOT_OWNER", "stop");
				assertThat(answer.text()).doesNotContain(this.a).doesNotContain("currentEpoch");
			}
		}
		assertProblem(append(this.b, producer, 1, 5, "Prefer", "wait=10"), 403, "NOT_OWNER", "stop");
		assertProblem(append("c", producer, 1, 1, "Role", "admin"), 403, "NOT_OWNER", "stop");
		assertProblem(append(this.b, 9007199254740991L, 0, 0), 404, "UNKNOWN_PRODUCER_ID", "register");
		assertThat(end()).isEqualTo(end);
		assertThat(append(this.a, producer, 1, 0).header("Idempotent-Replayed")).isEqualTo("true");
		assertThat(append(null, producer, 1, 1).status()).as("without a principal").isEqualTo(201);
	}

	@Test
	void refusesTheHeldAppendOfAFormerOwner() {
		long producer = register(this.a, null);
		CompletableFuture<Answer> early = CompletableFuture
			.supplyAsync(() -> append(this.a, producer, 0, 1, "Prefer", "wait=10"));
		Awaitility.await()
			.until(() -> this.gateway.get("/actuator/metrics/gateway.appends.held")
				.json()
				.at("/measurements/0/value")
				.intValue() == 1);
		asAdministrator("PATCH", "/producers/" + producer, "{\"owner\":\"" + this.b + "\"}");
		assertThat(append(this.b, producer, 0, 0).status()).isEqualTo(201);
		assertProblem(early.join(), 403, "NOT_OWNER", "stop");
		assertThat(append(this.b, producer, 0, 1).status()).isEqualTo(201);
	}

	@Test
	void refusesToRegisterAnothersName() {
		String body = "{\"name\":\"" + this.a + "-producer\"}";
		long producer = register(this.a, body);
		Answer refused = send(this.b, "POST", "/producers", body);
		assertProblem(refused, 403, "NOT_OWNER", "stop");
		assertThat(refused.json().get("detail").asString())
			.isEqualTo("Producer " + this.a + "-producer belongs to another principal.");
		assertThat(append(this.a, producer, 0, 0).status()).as("not fenced").isEqualTo(201);
		assertThat(send(this.a, "POST", "/producers", body).json().get("producerEpoch").longValue()).isOne();
	}

	@Test
	void showsOnesOwnToOneselfAndAllToAdministrators() {
		String name = this.a + "-producer";
		long mine = register(this.a, "{\"name\":\"" + name + "\"}");
		long others = register(this.b, null);
		long second = register(this.a, null);
		Answer own = get(this.a, "/producers/" + mine);
		assertThat(own.json().has("owner")).isFalse();
		assertProblem(get(this.b, "/producers/" + mine), 404, "UNKNOWN_PRODUCER_ID", "register");
		assertProblem(send(this.b, "POST", "/producers/" + mine + "/epoch", null), 404, "UNKNOWN_PRODUCER_ID",
				"register");
		assertThat(get(this.b, "/producers?name=" + name).json().get("producers")).isEmpty();
		assertThat(get(this.a, "/producers?name=" + name).json().at("/producers/0")).isEqualTo(own.json());
		JsonNode page = get(this.a, "/producers?limit=1").json();
		assertThat(page.at("/producers/0/producerId").longValue()).isEqualTo(mine);
		assertThat(page.get("next").longValue()).isEqualTo(mine);
		JsonNode next = get(this.a, "/producers?limit=1&after=" + mine).json();
		assertThat(next.at("/producers/0/producerId").longValue()).isEqualTo(second);
		assertThat(next.get("next").isNull()).isTrue();
		JsonNode all = asAdministrator("GET", "/producers?limit=3&after=" + (mine - 1), null).json();
		assertThat(all.get("producers")).extracting((producer) -> producer.get("producerId").longValue())
			.containsExactly(mine, others, second);
		assertThat(all.get("producers")).extracting((producer) -> producer.get("owner").asString())
			.containsExactly(this.a, this.b, this.a);
	}

	@Test
	void letsAClientFindAndClaimItsProducerWithoutAnOwner() {
		long producer = register(null, null);
		assertThat(append(null, producer, 0, 0).status()).isEqualTo(201);
		assertThat(get(this.a, "/producers/" + producer).json().at("/partitions/0/nextSequence").longValue()).isOne();
		assertThat(get(this.a, "/producers").json().get("producers")).isEmpty();
		assertThat(append(this.a, producer, 0, 1).status()).isEqualTo(201);
		assertThat(get(this.a, "/producers").json().get("producers")).hasSize(1);
		assertProblem(append(this.b, producer, 0, 2), 403, "NOT_OWNER", "stop");
	}

	@Test
	void administratorsGiveProducersAway() {
		long producer = register(this.a, null);
		String path = "/producers/" + producer;
		assertProblem(send(this.a, "PATCH", path, "{\"owner\":\"" + this.b + "\"}"), 403, "FORBIDDEN", "stop");
		assertProblem(send(this.b, "PATCH", path, "{"), 403, "FORBIDDEN", "stop");
		Answer given = asAdministrator("PATCH", path, "{\"owner\":\"" + this.b + "\"}");
		assertThat(given.status()).isEqualTo(200);
		assertThat(given.json().get("owner").asString()).isEqualTo(this.b);
		assertThat(given.json()).isEqualTo(asAdministrator("GET", path, null).json());
		assertProblem(append(this.a, producer, 0, 0), 403, "NOT_OWNER", "stop");
		assertThat(append(this.b, producer, 0, 0).status()).isEqualTo(201);
		Answer unowned = this.gateway.send("PATCH", path, "{\"owner\":null}".getBytes(StandardCharsets.UTF_8),
				"Content-Type", "application/merge-patch+json");
		assertThat(unowned.json().has("owner")).as("without a principal every request is an administrator's").isFalse();
		assertThat(append(this.a, producer, 0, 1).status()).isEqualTo(201);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "", "{\"owner\":\"\"}", "{\"owner\":\" \"}", "{\"owner\":7}",
			"{\"owner\":\"\\ud800\"}", "{\"owner\":\"a\\u0000\"}", "{\"owner\":\"a\",\"owner\":\"a\"}",
			"{\"owner\":\"a\",\"name\":\"b\"}" })
	void refusesWhatIsNoOwner(String body) {
		long producer = register(this.a, null);
		String path = "/producers/" + producer;
		Answer answer = asAdministrator("PATCH", path, body.isEmpty() ? null : body);
		assertProblem(answer, 400, "INVALID_REQUEST", "fix-request");
		assertThat(answer.json().get("errors")).hasSize(1);
		assertThat(asAdministrator("GET", path, null).json().get("owner").asString()).isEqualTo(this.a);
	}

	@Test
	void boundsOwnersAndKeepsToTheOrderOfErrors() {
		long producer = register(this.a, null);
		String path = "/producers/" + producer;
		String longest = "😀".repeat(256);
		assertThat(asAdministrator("PATCH", path, "{\"owner\":\"" + longest + "\"}").json().get("owner").asString())
			.isEqualTo(longest);
		assertProblem(asAdministrator("PATCH", path, "{\"owner\":\"" + longest + "x\"}"), 400, "INVALID_REQUEST",
				"fix-request");
		assertProblem(asAdministrator("PATCH", "/producers/abc", "{\"owner\":\"a\"}"), 404, "UNKNOWN_PRODUCER_ID",
				"register");
		assertProblem(asAdministrator("PATCH", path + "?force=1", "{\"owner\":\"a\"}"), 400, "INVALID_REQUEST",
				"fix-request");
		assertProblem(this.gateway.send("PATCH", path, "owner=a".getBytes(StandardCharsets.UTF_8), "Content-Type",
				"application/x-www-form-urlencoded"), 415, "UNSUPPORTED_MEDIA_TYPE", "fix-request");
		assertThat(this.gateway.send("OPTIONS", path, null).header("Allow").split(","))
			.contains("GET", "HEAD", "PATCH", "OPTIONS")
			.doesNotContain("POST");
	}

}
