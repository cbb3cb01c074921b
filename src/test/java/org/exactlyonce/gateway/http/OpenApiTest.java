package org.exactlyonce.gateway.http;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.swagger.v3.oas.models.OpenAPI;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.webhook.Sender;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springdoc.core.service.OpenAPIService;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The OpenAPI document against the contract and against real answers. The gateway is
 * fresh: the document's request examples are sent to it as they stand, then each problem
 * is provoked that a client can provoke.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenApiTest {

	private static final String REGISTER = "POST /producers";

	private static final String RAISE = "POST /producers/{producerId}/epoch";

	private static final String GIVE = "PATCH /producers/{producerId}";

	private static final String APPEND = "POST /partitions/{partition}/records";

	private static final String READ = "GET /partitions/{partition}/records";

	private static final String RECORD = READ + "/{offset}";

	private static final String PUT_TOPIC = "PUT /topics/{topic}";

	private static final String[] JSON = { "Content-Type", "application/json" };

	/** The answers, by operation, status and name of the example. */
	private final Map<String, Answer> answers = new LinkedHashMap<>();

	private GatewayClient gateway;

	private JsonNode document;

	@DynamicPropertySource
	static void freshGateway(DynamicPropertyRegistry properties) {
		String folder = Path.of("target", "data", "openapi-" + System.nanoTime()).toAbsolutePath().toString();
		properties.add("gateway.data-dir", () -> folder);
		properties.add("gateway.webhooks.shop.topic", () -> "invoices");
		properties.add("gateway.webhooks.shop.signature", () -> "stripe");
		properties.add("gateway.webhooks.shop.secrets", () -> "right-secret");
	}

	@BeforeAll
	void sendExamples(@LocalServerPort int port) {
		this.gateway = new GatewayClient(port);
		this.document = this.gateway.get("/v3/api-docs").json();
		requestExamples(REGISTER)
			.forEach((name, body) -> this.answers.put(REGISTER + " 201 " + name, post("/producers", body)));
		requestExamples(APPEND)
			.forEach((name, body) -> this.answers.put(APPEND + " 201 " + name, post("/partitions/0/records", body)));
		this.answers.put(APPEND + " 200 duplicate",
				post("/partitions/0/records", requestExamples(APPEND).get("exactly-once")));
		this.gateway.append(1, 2, 0, "true");
		this.answers.put(REGISTER + " 200 named-again", post("/producers", requestExamples(REGISTER).get("named")));
		long third = this.gateway.newProducer();
		this.gateway.append(1, third, 0, "true");
		this.answers.put(RAISE + " 200 raised",
				post("/producers/" + third + "/epoch", requestExamples(RAISE).get("believed")));
		this.answers.put("GET /producers 200 page", this.gateway.get("/producers"));
		this.answers.put("GET /producers/{producerId} 200 named", this.gateway.get("/producers/2"));
		this.answers.put(GIVE + " 200 given", give("/producers/2", requestExamples(GIVE).get("owner")));
		this.answers.put(READ + " 200 page", this.gateway.get("/partitions/0/records?limit=3"));
		String settings = requestExamples(PUT_TOPIC).get("settings");
		this.answers.put(PUT_TOPIC + " 201 made", put("/topics/orders", settings));
		this.answers.put(PUT_TOPIC + " 200 set", put("/topics/orders", settings));
		this.answers.put("GET /topics 200 topics", this.gateway.get("/topics"));
		this.answers.put("GET /topics/{topic} 200 topic", this.gateway.get("/topics/orders"));
		this.answers.put("GET /partitions 200 partitions", this.gateway.get("/partitions"));
		this.answers.put("GET /partitions/{partition} 200 partition", this.gateway.get("/partitions/0"));
	}

	/** It is made under a lock, and kept: anybody may ask, in any number of languages. */
	@Test
	void isMadeOnceWhateverLanguageIsAskedFor(@Autowired OpenAPIService documents) {
		String english = this.gateway.get("/v3/api-docs").text();
		OpenAPI made = documents.getCachedOpenAPI(Locale.ENGLISH);
		assertThat(made).isNotNull();
		for (String language : List.of("de", "fr-CH, fr;q=0.9", "*")) {
			assertThat(this.gateway.send("GET", "/v3/api-docs", null, "Accept-Language", language).text())
				.isEqualTo(english);
		}
		assertThat(documents.getCachedOpenAPI(Locale.ENGLISH)).isSameAs(made);
		assertThat(documents.getCachedOpenAPI(Locale.GERMAN)).isNull();
		assertThat(documents.getCachedOpenAPI(Locale.forLanguageTag("fr-CH"))).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "POST /producers, 200 201 400 401 403 405 406 408 413 415 429 500 503",
			"POST /producers/{producerId}/epoch, 200 400 401 403 404 405 406 408 413 415 429 500 503",
			"PATCH /producers/{producerId}, 200 400 401 403 404 405 406 408 413 415 429 500 503",
			"GET /producers, 200 400 401 403 405 406 429 500 503",
			"GET /producers/{producerId}, 200 400 401 403 404 405 406 429 500 503",
			"POST /partitions/{partition}/records, 200 201 202 400 401 403 404 405 406 408 409 411 413 415 422 429 500 503",
			"GET /partitions/{partition}/records, 200 400 401 403 404 405 406 410 429 500 503",
			"GET /partitions/{partition}/records/{offset}, 200 304 400 401 403 404 405 406 429 500 503",
			"GET /partitions, 200 400 401 403 405 406 429 500 503",
			"POST /keys, 201 400 401 403 405 406 408 413 415 429 500 503",
			"GET /keys, 200 400 401 403 405 406 429 500 503", "GET /keys/{id}, 200 400 401 403 404 405 406 429 500 503",
			"DELETE /keys/{id}, 204 400 401 403 404 405 406 429 500 503",
			"GET /partitions/{partition}, 200 400 401 403 404 405 406 429 500 503",
			"GET /topics, 200 400 401 403 405 406 429 500 503",
			"GET /topics/{topic}, 200 400 401 403 404 405 406 429 500 503",
			"PUT /topics/{topic}, 200 201 400 401 403 405 406 408 409 413 415 429 500 503",
			"DELETE /topics/{topic}, 204 400 401 403 404 405 406 409 429 500 503",
			"POST /webhooks/{source}, 200 201 400 401 403 404 405 408 411 413 422 429 500 503",
			"GET /topics/{topic}/partitions, 200 400 401 403 404 405 406 429 500 503",
			"POST /topics/{topic}/partitions/{partition}/records, 200 201 202 400 401 403 404 405 406 408 409 411 413 415 422 429 500 503" })
	void documentsEveryOutcomeWithAnExample(String operation, String statuses) {
		JsonNode responses = operation(operation).get("responses");
		assertThat(responses.propertyNames()).containsExactlyInAnyOrder(statuses.split(" "));
		responses.properties().forEach((response) -> {
			assertThat(response.getValue().get("description").asString()).isNotBlank();
			assertThat(response.getValue().path("content")).as(response.getKey())
				.hasSize(Set.of("202", "204", "304").contains(response.getKey()) ? 0
						: response.getKey().equals("200") ? Map.of(READ, 3, RECORD, 2).getOrDefault(operation, 1) : 1)
				.allSatisfy((content) -> assertThat(content.get("examples")).isNotEmpty());
		});
	}

	@Test
	void documentsNothingElse() {
		assertThat(this.document.get("paths").propertyNames()).containsExactly("/keys", "/keys/{id}", "/partitions",
				"/partitions/{partition}", "/partitions/{partition}/records",
				"/partitions/{partition}/records/{offset}", "/producers", "/producers/{producerId}",
				"/producers/{producerId}/epoch", "/records", "/topics", "/topics/{topic}", "/topics/{topic}/partitions",
				"/topics/{topic}/partitions/{partition}", "/topics/{topic}/partitions/{partition}/records",
				"/topics/{topic}/partitions/{partition}/records/{offset}", "/topics/{topic}/records",
				"/webhooks/{source}");
		assertThat(operations()).hasSize(26);
	}

	@Test
	void describesEveryOperationAndParameter() {
		assertThat(operations()).extracting((operation) -> operation.get("operationId").asString())
			.containsExactlyInAnyOrder("registerProducer", "getProducer", "listProducers", "giveProducer", "raiseEpoch",
					"appendRecords", "readRecords", "readRecord", "listPartitions", "getPartition", "makeKey",
					"listKeys", "getKey", "revokeKey", "listTopics", "getTopic", "putTopic", "deleteTopic",
					"listPartitionsOfTopic", "getPartitionOfTopic", "readRecordsOfTopic", "appendRecordsOfTopic",
					"readRecordOfTopic", "spreadRecords", "spreadRecordsOfTopic", "deliverWebhook");
		assertThat(operations()).allSatisfy((operation) -> {
			assertThat(operation.get("summary").asString()).isNotBlank();
			assertThat(operation.get("description").asString()).isNotBlank();
			assertThat(operation.get("tags")).hasSize(1);
			assertThat(operation.path("parameters")).allSatisfy((parameter) -> {
				assertThat(parameter.get("description").asString()).isNotBlank();
				assertThat(parameter.get("schema").propertyNames()).containsAnyOf("minimum", "maxLength", "enum");
			});
		});
	}

	@ParameterizedTest
	@CsvSource({ "POST /producers, ''", "GET /producers, name limit after", "GET /producers/{producerId}, producerId",
			"POST /producers/{producerId}/epoch, producerId", "PATCH /producers/{producerId}, producerId",
			"POST /partitions/{partition}/records, acks partition Producer-Id Producer-Epoch Producer-Seq Idempotency-Key Record-Key Record-Key-Base64 Prefer ce-specversion ce-source ce-id ce-type ce-partitionkey",
			"GET /partitions/{partition}/records, partition offset since limit Prefer Last-Event-ID",
			"GET /partitions/{partition}/records/{offset}, partition offset" })
	void documentsParametersOfTheContractOnly(String operation, String names) {
		assertThat(operation(operation).path("parameters")).extracting((parameter) -> parameter.get("name").asString())
			.containsExactlyInAnyOrder(names.isEmpty() ? new String[0] : names.split(" "));
	}

	@Test
	void runsRequestExamplesAsTheyStandOnFreshGateway() {
		Answer first = this.answers.get(REGISTER + " 201 anonymous");
		assertThat(first.json().get("producerId").asLong()).isOne();
		assertThat(requestExamples(REGISTER)).hasSize(2);
		assertThat(requestExamples(APPEND)).hasSize(3);
		requestExamples(REGISTER).forEach((name,
				body) -> assertThat(this.answers.get(REGISTER + " 201 " + name).status()).as(name).isEqualTo(201));
		requestExamples(APPEND).forEach(
				(name, body) -> assertThat(this.answers.get(APPEND + " 201 " + name).status()).as(name).isEqualTo(201));
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/cloudevents+json", "application/cloudevents-batch+json" })
	void runsExamplesOfEventsAsTheyStand(String type) {
		JsonNode examples = operation(APPEND).at("/requestBody/content/" + type.replace("/", "~1") + "/examples");
		assertThat(examples).hasSize(1);
		byte[] body = examples.iterator().next().get("value").toString().getBytes(StandardCharsets.UTF_8);
		// not to records, whose ends other examples tell
		String records = "/topics/orders/records";
		assertThat(this.gateway.send("POST", records, body, "Content-Type", type).status()).isEqualTo(201);
		assertThat(this.gateway.send("POST", records, body, "Content-Type", type).status()).isEqualTo(200);
	}

	@Test
	void showsAnswersWithTheFieldsOfRealOnes() {
		for (String operation : List.of(REGISTER, RAISE, GIVE, "GET /producers", "GET /producers/{producerId}", APPEND,
				READ, "GET /partitions", "GET /partitions/{partition}", PUT_TOPIC, "GET /topics",
				"GET /topics/{topic}")) {
			for (String status : List.of("200", "201")) {
				examples(operation, status).properties().forEach((example) -> {
					String name = operation + " " + status + " " + example.getKey();
					Answer answer = this.answers.get(name);
					assertThat(Integer.toString(answer.status())).as(name).isEqualTo(status);
					assertThat(fields(example.getValue().get("value"))).as(name).isEqualTo(fields(answer.json()));
					assertThat(answer.response().headers().map().keySet()).as(name)
						.containsAll(requiredHeaders(operation, status));
				});
			}
		}
	}

	@Test
	void showsOneRecordWithTheHeadersAndFieldsOfRealOnes() {
		Answer value = this.gateway.get("/partitions/0/records/0");
		JsonNode response = operation(RECORD).at("/responses/200");
		assertThat(response.at("/content/application~1octet-stream/examples/value/value")).isEqualTo(value.json());
		assertThat(value.response().headers().map().keySet()).containsAll(requiredHeaders(RECORD, "200"));
		Answer line = this.gateway.send("GET", "/partitions/0/records/0", null, "Accept", "application/x-ndjson");
		assertThat(fields(response.at("/content/application~1x-ndjson/examples/line/value")))
			.isEqualTo(fields(line.json()));
	}

	@Test
	void showsProblemsAsTheGatewayAnswersThem() {
		StringBuilder many = new StringBuilder("{\"records\":[{\"value\":0}");
		many.append(",{\"value\":0}".repeat(10_000)).append("]}");
		String records = "/partitions/0/records";
		Map<String, Answer> problems = new LinkedHashMap<>();
		problems.put("not-json", post(records, "{\"records\":[}"));
		problems.put("wrong-fields", post(records, "{\"producerId\":1.5,\"baseSequense\":0,\"records\":[{}]}"));
		problems.put("half-identity", post(records, "{\"producerId\":1,\"records\":[{\"value\":1}]}"));
		problems.put("empty-batch", post(records, "{\"records\":[]}"));
		problems.put("epoch-never-issued", this.gateway.append(0, 1, 3, 3, "1"));
		problems.put("unknown-acks", post(records + "?acks=1", "{\"records\":[{\"value\":1}]}"));
		problems.put("unknown-parameter", post(records + "?verbose", "{\"records\":[{\"value\":1}]}"));
		problems.put("acks-and-identity",
				post(records + "?acks=0", "{\"producerId\":1,\"baseSequence\":3,\"records\":[{\"value\":1}]}"));
		problems.put("broken-line",
				this.gateway.send("POST", records, "{\"value\":1}\n{\"value\":}\n".getBytes(StandardCharsets.UTF_8),
						"Content-Type", "application/x-ndjson"));
		problems.put("older-epoch", this.gateway.append(0, 2, 0, 0, "1"));
		problems.put("no-such-partition", this.gateway.append(8, 1, 0, "1"));
		problems.put("no-such-producer", this.gateway.append(0, 7, 0, "1"));
		problems.put("wrong-accept", this.gateway.send("POST", records, "{}".getBytes(StandardCharsets.UTF_8),
				"Content-Type", "application/json", "Accept", "text/csv"));
		problems.put("wrong-method", this.gateway.send("PUT", records, null));
		problems.put("gap", this.gateway.append(0, 1, 5, "1"));
		problems.put("gap-after-wait", this.gateway.send("POST", records,
				"{\"producerId\":1,\"baseSequence\":5,\"records\":[{\"value\":1}]}".getBytes(StandardCharsets.UTF_8),
				"Content-Type", "application/json", "Prefer", "wait=1"));
		assertThat(problems.get("gap-after-wait").header("Preference-Applied")).isEqualTo("wait=1");
		problems.put("straddling", this.gateway.append(0, 1, 2, "1", "2"));
		problems.put("too-many-records", post(records, many.toString()));
		problems.put("too-many-bytes", this.gateway.send("POST", records, new byte[9_000_000], JSON));
		problems.put("form-of-records", this.gateway.send("POST", records, "{}".getBytes(StandardCharsets.UTF_8),
				"Content-Type", "application/x-www-form-urlencoded"));
		problems.put("other-payload", this.gateway.append(0, 1, 1, "1"));
		assertShown(APPEND, problems);
		assertShown(REGISTER,
				Map.of("blank-name", post("/producers", "{\"name\":\" \u00a0\\u2003\"}"), "form",
						this.gateway.send("POST", "/producers", "{}".getBytes(StandardCharsets.UTF_8), "Content-Type",
								"application/x-www-form-urlencoded"),
						"body-too-large", this.gateway.send("POST", "/producers", new byte[17_000_000], JSON)));
		Answer proxied = this.gateway.send("GET", "/partitions", null, "X-Forwarded-For", "10.0.0.1");
		assertShown("GET /partitions", Map.of("not-local", proxied));
		assertShown(REGISTER,
				Map.of("not-local", this.gateway.send("POST", "/producers", null, "X-Forwarded-For", "10.0.0.1")));
		assertForeignOriginIsShown();
		assertShown(RAISE,
				Map.of("epoch-never-issued", post("/producers/1/epoch", "{\"producerEpoch\":3}"), "older-epoch",
						post("/producers/2/epoch", "{\"producerEpoch\":0}"), "no-such-producer",
						this.gateway.send("POST", "/producers/7/epoch", null)));
		assertShown(GIVE, Map.of("no-such-producer", give("/producers/7", "{\"owner\":\"a\"}")));
		assertShown("GET /producers", Map.of("limit-out-of-range", this.gateway.get("/producers?limit=0")));
		assertShown("GET /producers/{producerId}", Map.of("no-such-producer", this.gateway.get("/producers/7")));
		assertShown("GET /partitions", Map.of("unknown-parameter", this.gateway.get("/partitions?verbose"),
				"wrong-method", this.gateway.send("PUT", "/partitions", null)));
		assertShown(READ, Map.of("unknown-parameter", this.gateway.get(records + "?verbose=1"), "negative-offset",
				this.gateway.get(records + "?offset=-1")));
		assertShown(RECORD, Map.of("unknown-parameter", this.gateway.get(records + "/0?verbose"), "no-such-offset",
				this.gateway.get(records + "/7"), "no-such-partition", this.gateway.get("/partitions/8/records/0")));
		assertShown("GET /partitions/{partition}", Map.of("no-such-partition", this.gateway.get("/partitions/8")));
		assertTopicsAreShown();
		assertWebhooksAreShown();
	}

	private void assertWebhooksAreShown() {
		assertShown("POST /webhooks/{source}", Map.of("no-such-source",
				this.gateway.send("POST", "/webhooks/store", new byte[1]), "no-event-id",
				this.gateway.send("POST", "/webhooks/shop", "{}".getBytes(StandardCharsets.UTF_8), "Stripe-Signature",
						Sender.stripe("right-secret", Instant.now().getEpochSecond(), "{}")),
				"bad-signature", this.gateway.send("POST", "/webhooks/shop", new byte[1], "Stripe-Signature",
						Sender.stripe("wrong", Instant.now().getEpochSecond(), "\0"))));
	}

	private void assertTopicsAreShown() {
		assertShown("GET /topics/{topic}", Map.of("no-such-topic", this.gateway.get("/topics/invoices")));
		assertShown(PUT_TOPIC, Map.of("fewer-partitions", put("/topics/orders", "{\"partitions\": 8}"), "wrong-method",
				this.gateway.send("PATCH", "/topics/records", null)));
		assertShown("DELETE /topics/{topic}",
				Map.of("records-stays", this.gateway.send("DELETE", "/topics/records", null)));
		assertShown("GET /topics/{topic}/partitions/{partition}",
				Map.of("no-such-partition", this.gateway.get("/topics/records/partitions/8"), "no-such-topic",
						this.gateway.get("/topics/invoices/partitions/0")));
	}

	private Answer put(String path, String body) {
		return this.gateway.send("PUT", path, body.getBytes(StandardCharsets.UTF_8), JSON);
	}

	/** The document is of a gateway on its default port. */
	private void assertForeignOriginIsShown() {
		Answer answer = this.gateway.send("POST", "/producers", null, "Origin", "https://elsewhere.example");
		JsonNode shown = examples(REGISTER, "403").path("foreign-origin").path("value");
		String port = answer.response().uri().getPort() + " here";
		assertThat(answer.text().replace(port, "8080 here")).isEqualTo(shown.toString());
	}

	private void assertShown(String operation, Map<String, Answer> problems) {
		problems.forEach((name, answer) -> {
			String status = Integer.toString(answer.status());
			assertThat(examples(operation, status).path(name).path("value")).as(name).isEqualTo(answer.json());
			JsonNode headers = operation(operation).get("responses").get(status).path("headers");
			assertThat(answer.response().headers().map().keySet().stream().map(String::toLowerCase)).as(name)
				.containsAll(headers.propertyNames()
					.stream()
					.map(String::toLowerCase)
					// only if a wait was asked for, and for an offset alone
					.filter((header) -> !Set.of("preference-applied", "cache-control").contains(header))
					.toList());
		});
	}

	@ParameterizedTest
	@CsvSource({ "INVALID_REQUEST, 400, fix-request", "FORBIDDEN, 403, stop", "FORBIDDEN_ORIGIN, 403, stop",
			"PRODUCER_FENCED, 403, stop", "NOT_OWNER, 403, stop", "UNKNOWN_PARTITION, 404, fix-request",
			"UNKNOWN_PRODUCER_ID, 404, register", "METHOD_NOT_ALLOWED, 405, fix-request",
			"NOT_ACCEPTABLE, 406, fix-request", "REQUEST_TIMEOUT, 408, same-request",
			"OUT_OF_ORDER_SEQUENCE_NUMBER, 409, resync", "RECORD_BATCH_TOO_LARGE, 413, fix-request",
			"UNSUPPORTED_MEDIA_TYPE, 415, fix-request", "SEQUENCE_REUSED, 422, fix-request",
			"ID_REUSED, 422, fix-request", "OVERLOADED, 429, same-request", "QUOTA_EXCEEDED, 429, same-request",
			"INTERNAL_ERROR, 500, same-request", "STORE_UNAVAILABLE, 503, same-request" })
	void showsProblemsWithTheirStatusAndWhatToDoNext(String code, String status, String retry) {
		assertThat(examples(APPEND, status)).extracting((example) -> example.get("value"))
			.filteredOn((problem) -> problem.get("code").asString().equals(code))
			.isNotEmpty()
			.allSatisfy((problem) -> {
				assertThat(problem.get("retry").asString()).isEqualTo(retry);
				assertThat(problem.get("status").asString()).isEqualTo(status);
				assertThat(this.gateway.get(problem.get("type").asString()).text()).contains(code);
			});
	}

	@Test
	void namesVersionLicenceAndServer(@Autowired BuildProperties build) {
		JsonNode info = this.document.get("info");
		assertThat(info.get("version").asString()).isEqualTo(build.getVersion());
		assertThat(info.get("license").get("name").asString()).isEqualTo("Apache-2.0");
		assertThat(this.document.get("servers")).extracting((server) -> server.get("url").asString())
			.containsExactly("/");
		assertThat(this.document.get("tags")).extracting((tag) -> tag.get("name").asString())
			.containsExactly("Producers", "Records", "Webhooks", "Topics", "Partitions", "Keys");
	}

	@Test
	void servesSwaggerUiThatCallsNoOtherServer() {
		assertThat(this.gateway.get("/swagger-ui.html").header("Location")).endsWith("/swagger-ui/index.html");
		assertThat(this.gateway.get("/swagger-ui/index.html").status()).isEqualTo(200);
		JsonNode settings = this.gateway.get("/v3/api-docs/swagger-config").json();
		assertThat(settings.get("validatorUrl").asString()).isEqualTo("none");
		assertThat(settings.get("persistAuthorization").asBoolean()).isFalse();
		assertThat(settings.get("url").asString()).isEqualTo("/v3/api-docs");
	}

	private Answer post(String path, String body) {
		return this.gateway.post(path, body);
	}

	private Answer give(String path, String body) {
		return this.gateway.send("PATCH", path, body.getBytes(StandardCharsets.UTF_8), JSON);
	}

	private JsonNode operation(String operation) {
		String[] parts = operation.split(" ");
		return this.document.get("paths").get(parts[1]).get(parts[0].toLowerCase());
	}

	private List<JsonNode> operations() {
		List<JsonNode> operations = new ArrayList<>();
		this.document.get("paths").forEach((path) -> path.forEach(operations::add));
		return operations;
	}

	private Map<String, String> requestExamples(String operation) {
		Map<String, String> bodies = new LinkedHashMap<>();
		operation(operation).at("/requestBody/content/application~1json/examples")
			.properties()
			.forEach((example) -> bodies.put(example.getKey(), example.getValue().get("value").toString()));
		return bodies;
	}

	private JsonNode examples(String operation, String status) {
		JsonNode content = operation(operation).at("/responses/" + status + "/content");
		return content.path(content.has("application/json") ? "application/json" : "application/problem+json")
			.path("examples");
	}

	private List<String> requiredHeaders(String operation, String status) {
		return operation(operation).at("/responses/" + status + "/headers")
			.properties()
			.stream()
			.filter((header) -> header.getValue().path("required").asBoolean(false))
			.map((header) -> header.getKey().toLowerCase())
			.toList();
	}

	/** The paths of all fields; those of a list's elements together. */
	private static Set<String> fields(JsonNode node) {
		Set<String> fields = new TreeSet<>();
		node.properties().forEach((field) -> {
			fields.add(field.getKey());
			fields(field.getValue()).forEach((inner) -> fields.add(field.getKey() + "." + inner));
		});
		if (node.isArray()) {
			node.forEach((element) -> fields.addAll(fields(element)));
		}
		return fields;
	}

}
