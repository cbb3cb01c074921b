package org.exactlyonce.gateway.proof.hostile;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.OnH2;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The OpenAPI document taken at its word: each constraint it declares is broken once, and
 * the answer is one of the operation's 4xx, a problem, and nothing is stored.
 */
@OnH2
class OpenApiNegativesTest {

	/** Ignored, or unknown and so not found, as the contract has it. */
	private static final Set<String> LENIENT = Set.of("Prefer", "name");

	private static final String[] JSON = { "Content-Type", "application/json" };

	@LocalServerPort
	private int port;

	private GatewayClient gateway;

	private JsonNode document;

	private long producer;

	private String before;

	@BeforeEach
	void connect() {
		this.gateway = new GatewayClient(this.port);
		this.document = this.gateway.get("/v3/api-docs").json();
		this.producer = this.gateway.newProducer();
		this.before = stored();
	}

	private String stored() {
		return this.gateway.get("/partitions").text() + this.gateway.get("/producers?limit=1000").text();
	}

	private static String validBody(String path, long producer) {
		return path.equals("/producers") ? "{\"name\":\"negatives\"}"
				: "{\"producerId\":" + producer + ",\"producerEpoch\":0,\"baseSequence\":0,\"records\":[{\"key\":\"k\","
						+ "\"value\":1,\"headers\":{},\"timestamp\":\"2026-11-23T10:00:00Z\"}]}";
	}

	@Test
	void takesWhatIsNotBroken() {
		assertThat(this.gateway.post("/partitions/0/records", validBody("", this.producer)).status()).isEqualTo(201);
		assertThat(this.gateway.post("/producers", validBody("/producers", 0)).status()).isIn(200, 201);
		assertThat(append("Producer-Seq", "1").status()).isEqualTo(201);
	}

	@TestFactory
	List<DynamicTest> refusesWhateverBreaksTheDocument() {
		List<DynamicTest> tests = new ArrayList<>();
		this.document.get("paths").properties().forEach((path) -> {
			path.getValue().properties().forEach((operation) -> {
				String method = operation.getKey().toUpperCase(Locale.ROOT);
				List<Case> cases = new ArrayList<>();
				operation.getValue()
					.path("parameters")
					.forEach((parameter) -> cases.addAll(ofParameter(method, path.getKey(), parameter)));
				if (operation.getValue().has("requestBody")) {
					cases.addAll(ofBody(method, path.getKey(), operation.getValue()));
				}
				String target = path.getKey().replaceAll("\\{.*?}", "1");
				cases.add(new Case("accepts nothing", () -> this.gateway.send(method, target, null, "Accept", "x/y")));
				cases.forEach((broken) -> tests
					.add(DynamicTest.dynamicTest(method + " " + path.getKey() + " " + broken.name(),
							() -> assertRefused(operation.getValue(), broken.send().get()))));
			});
			tests.addAll(wrongMethods(path.getKey(), path.getValue()));
		});
		tests.add(DynamicTest.dynamicTest("nothing was stored", () -> assertThat(stored()).isEqualTo(this.before)));
		assertThat(tests).hasSizeGreaterThan(100);
		return tests;
	}

	private List<Case> ofBody(String method, String path, JsonNode operation) {
		String target = path.replaceAll("\\{.*?}", "0");
		List<Case> cases = new ArrayList<>();
		JsonNode schema = operation.at("/requestBody/content/application~1json/schema");
		BrokenConstraints.of(this.document, schema, validBody(path, this.producer))
			.forEach((what, body) -> cases.add(new Case(what, () -> this.gateway.post(target, body))));
		byte[] valid = validBody(path, this.producer).getBytes(StandardCharsets.UTF_8);
		for (String type : List.of("application/x-www-form-urlencoded", "multipart/form-data", "text/*", "none")) {
			cases.add(new Case("of " + type, () -> this.gateway.send(method, target, valid, "Content-Type", type)));
		}
		if (operation.at("/requestBody/required").asBoolean(false)) {
			cases.add(new Case("no body", () -> this.gateway.send(method, target, null, JSON)));
		}
		return cases;
	}

	private List<Case> ofParameter(String method, String path, JsonNode parameter) {
		String name = parameter.get("name").asString();
		String in = parameter.get("in").asString();
		return LENIENT.contains(name) ? List.of()
				: BrokenConstraints.values(parameter.get("schema"))
					.entrySet()
					.stream()
					.filter((value) -> isDifferentText(value.getValue(), parameter.get("schema")))
					.map((value) -> {
						String text = value.getValue().asString();
						return new Case(in + " " + name + " " + value.getKey(),
								() -> send(method, path, in, name, text));
					})
					.toList();
	}

	/** Parameters are text: a number is only wrong where no text is right. */
	private static boolean isDifferentText(JsonNode value, JsonNode schema) {
		boolean text = schema.get("type").asString().equals("string") && !schema.has("enum");
		return !value.asString("").isEmpty() && (!text || value.asString().length() > 4);
	}

	private Answer send(String method, String path, String in, String name, String text) {
		String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8);
		String target = path.replace("{" + name + "}", encoded).replaceAll("\\{.*?}", "0");
		if (in.equals("query")) {
			target += "?" + name + "=" + encoded;
		}
		if (method.equals("GET")) {
			return (in.equals("header")
					? this.gateway.send(method, target, null, name, text, "Accept", "text/event-stream")
					: this.gateway.get(target));
		}
		return in.equals("header") ? append(name, text) : this.gateway.post(target, validBody(path, this.producer));
	}

	/** The header form, right but for one header. */
	private Answer append(String name, String value) {
		Map<String, String> headers = new java.util.TreeMap<>(Map.of("Content-Type", "image/png", "Producer-Id",
				Long.toString(this.producer), "Producer-Seq", "0", "Producer-Epoch", "0", "Record-Key", "k"));
		headers.put(name, value);
		return this.gateway.send("POST", "/partitions/0/records", new byte[] { 1 },
				headers.entrySet()
					.stream()
					.flatMap((header) -> Stream.of(header.getKey(), header.getValue()))
					.toArray(String[]::new));
	}

	private List<DynamicTest> wrongMethods(String path, JsonNode item) {
		Set<String> right = item.propertyNames()
			.stream()
			.map((name) -> name.toUpperCase(Locale.ROOT))
			.collect(Collectors.toSet());
		String target = path.replaceAll("\\{.*?}", "1");
		return Stream.of("POST", "PUT", "PATCH", "DELETE", "BREW", "TRACE")
			.filter((method) -> !right.contains(method))
			.map((method) -> DynamicTest.dynamicTest(method + " " + path, () -> {
				Answer answer = this.gateway.send(method, target, null);
				assertRefused(item.iterator().next(), answer);
				assertThat(answer.status()).isEqualTo(405);
				assertThat(Set.of(answer.header("Allow").split(", *"))).as("Allow").isEqualTo(right);
			}))
			.toList();
	}

	private static void assertRefused(JsonNode operation, Answer answer) {
		assertThat(answer.status()).as(answer.text()).isBetween(400, 499);
		assertThat(operation.get("responses").propertyNames()).as(answer.text())
			.contains(Integer.toString(answer.status()));
		assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
		assertThat(answer.code()).isNotEmpty();
		assertThat(answer.json().get("status").intValue()).isEqualTo(answer.status());
	}

	private record Case(String name, Supplier<Answer> send) {
	}

}
