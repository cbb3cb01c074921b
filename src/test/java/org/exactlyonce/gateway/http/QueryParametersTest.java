package org.exactlyonce.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.swagger.v3.oas.annotations.Hidden;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.OnH2;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.gateway.http.AppendContract.assertProblem;

/** A query parameter that a path does not know is never passed over. */
@OnH2
class QueryParametersTest {

	private static final String RECORDS = "/partitions/0/records";

	private static final String ONE = "{\"records\":[{\"value\":1}]}";

	@LocalServerPort
	private int port;

	@Autowired
	@Qualifier("requestMappingHandlerMapping")
	private RequestMappingHandlerMapping mappings;

	private GatewayClient gateway;

	@BeforeEach
	void connect() {
		this.gateway = new GatewayClient(this.port);
	}

	/**
	 * Every path of the API, those that are yet to come too. All but those on keys, which
	 * the mode local refuses before it looks at parameters.
	 */
	private List<String> operations() {
		List<String> operations = new ArrayList<>();
		this.mappings.getHandlerMethods().forEach((mapped, method) -> {
			boolean api = method.getBeanType().getName().startsWith("org.exactlyonce.gateway.")
					&& !method.getBeanType().isAnnotationPresent(Hidden.class)
					&& !method.getBeanType().getSimpleName().equals("KeysController");
			if (api) {
				mapped.getMethodsCondition()
					.getMethods()
					.forEach((verb) -> mapped.getPatternValues()
						.forEach((path) -> operations.add(verb + " " + path.replaceAll("\\{\\w+}", "0"))));
			}
		});
		return operations;
	}

	/** Senders of webhooks add their own. */
	@Test
	void refusesAnUnknownParameterOnEveryPathButOfWebhooks() {
		List<String> operations = operations();
		assertThat(operations.remove("POST /webhooks/0")).isTrue();
		assertThat(operations).hasSizeGreaterThanOrEqualTo(9).allSatisfy((operation) -> {
			String[] parts = operation.split(" ");
			byte[] body = parts[0].equals("GET") ? null : "{}".getBytes(StandardCharsets.UTF_8);
			Answer answer = this.gateway.send(parts[0], parts[1] + "?acsk=0&acsk=1&offzet", body, "Content-Type",
					"application/json");
			assertProblem(answer, 400, "INVALID_REQUEST", "fix-request");
			assertThat(answer.json().get("errors")).extracting((error) -> error.get("field").asString())
				.contains("acsk", "offzet")
				.doesNotHaveDuplicates();
		});
	}

	@Test
	void refusesParametersInThePath() {
		JsonNode before = this.gateway.get(RECORDS).json();
		assertThat(operations()).allSatisfy((operation) -> {
			String[] parts = operation.split(" ");
			byte[] body = parts[0].equals("GET") ? null : ONE.getBytes(StandardCharsets.UTF_8);
			Answer answer = this.gateway.send(parts[0], parts[1] + ";acks=0", body, "Content-Type", "application/json");
			assertProblem(answer, 400, "INVALID_REQUEST", "fix-request");
			assertThat(answer.json().at("/errors/0/field").asString()).isEqualTo(";acks=0");
		});
		assertThat(this.gateway.get(RECORDS).json()).isEqualTo(before);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
			"POST|/partitions/0/records?acsk=0|acsk: is not a parameter of this path, did you mean acks? known: acks",
			"POST|/partitions/0/records?offset=0|offset: is not a parameter of this path; known: acks",
			"GET|/partitions/0/records?ofset=5|ofset: is not a parameter of this path, did you mean offset? known: offset, since, limit",
			"GET|/partitions/0/records?Limit=5|Limit: is not a parameter of this path, did you mean limit? known: offset, since, limit",
			"GET|/partitions/0/records?acks=all|acks: is not a parameter of this path; known: offset, since, limit",
			"GET|/partitions?limit=1|limit: is not a parameter of this path; known: key",
			"GET|/partitions/0/records/0?offset=0|offset: is not a parameter of this path; there is none",
			"POST|/producers?name=a|name: is not a parameter of this path; there is none",
			"GET|/producers?nmae=a|nmae: is not a parameter of this path, did you mean name? known: name, limit, after",
			"GET|/producers?=1|=: is not a parameter of this path; known: name, limit, after",
			"GET|/partitions/0/records?offset=1&offset=1|offset: is given 2 times, must be given once",
			"GET|/producers?name=a&n%61me=b|name: is given 2 times, must be given once",
			"POST|/partitions/0/records?acks=0&acks=0&acks=all|acks: is given 3 times, must be given once" })
	void namesWhatWasMeant(String method, String target, String error) {
		Answer answer = this.gateway.send(method, target,
				method.equals("GET") ? null : ONE.getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json");
		assertProblem(answer, 400, "INVALID_REQUEST", "fix-request");
		assertThat(answer.json().at("/errors/0/field").asString() + ": "
				+ answer.json().at("/errors/0/message").asString())
			.isEqualTo(error);
	}

	@Test
	void storesNothingThen() {
		String before = this.gateway.get("/partitions").text();
		this.gateway.post(RECORDS + "?ack=all", ONE);
		this.gateway.send("POST", RECORDS + "?x", "x".getBytes(StandardCharsets.UTF_8), "Content-Type", "text/plain");
		this.gateway.send("POST", RECORDS + "?x", "{\"value\":1}".getBytes(StandardCharsets.UTF_8), "Content-Type",
				"application/x-ndjson");
		assertThat(this.gateway.get("/partitions").text()).isEqualTo(before);
	}

	@Test
	void reportsAllThatIsWrongAtOnce() {
		assertThat(this.gateway.post(RECORDS + "?x&acks=7", "{\"records\":[],\"y\":1}").json().get("errors"))
			.extracting((error) -> error.get("field").asString())
			.containsExactlyInAnyOrder("x", "acks", "records", "y");
		assertThat(this.gateway.get(RECORDS + "?offset=-1&limit=0").json().get("errors")).hasSize(2);
		assertThat(this.gateway.post("/producers?x", "{\"nam\":1}").json().get("errors")).hasSize(2);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '#',
			value = { "/partitions/0/records|application/json|{", "/partitions/0/records|application/json|##",
					"/partitions/0/records|application/json|[]", "/partitions/0/records|application/a+json|{",
					"/partitions/0/records|application/json|{\"records\":[],\"records\":[]}",
					"/partitions/0/records|application/cloudevents+json|{", "/producers|application/json|{",
					"/producers/0/epoch|application/json|[]", "/topics/unread|application/json|{" })
	void isNamedThoughTheBodyCannotBeRead(String path, String type, String body) {
		Answer answer = this.gateway.send(path.startsWith("/topics") ? "PUT" : "POST", path + "?foo=1",
				body.getBytes(StandardCharsets.UTF_8), "Content-Type", type);
		assertProblem(answer, 400, "INVALID_REQUEST", "fix-request");
		assertThat(answer.json().get("errors")).extracting((error) -> error.get("field").asString()).contains("foo");
	}

	@Test
	void headersAreNamedToo() {
		Answer answer = this.gateway.send("POST", RECORDS, "{".getBytes(StandardCharsets.UTF_8), "Content-Type",
				"application/json", "Producer-Id", "a", "Producer-Seq", "c");
		assertThat(answer.json().get("detail").asString()).startsWith("The body is not valid JSON");
		assertThat(answer.json().get("errors")).extracting((error) -> error.get("field").asString())
			.containsExactly("Producer-Id", "Producer-Seq");
	}

	@Test
	void comesBehindWhatIsRefusedBeforeTheBodyIsUnderstood() {
		byte[] body = ONE.getBytes(StandardCharsets.UTF_8);
		assertThat(this.gateway.send("PUT", RECORDS + "?x", body).status()).isEqualTo(405);
		assertThat(this.gateway.send("POST", RECORDS + "?x", body, "Accept", "text/csv").status()).isEqualTo(406);
		for (String path : List.of(RECORDS, "/producers", "/producers/0/epoch")) {
			assertThat(this.gateway.send("POST", path + "?x", body, "Content-Type", "application/x-www-form-urlencoded")
				.status()).as(path).isEqualTo(415);
			assertThat(this.gateway.send("POST", path + "?x", new byte[17 << 20], "Content-Type", "application/json")
				.status()).as(path).isEqualTo(413);
		}
		assertThat(this.gateway.post("/partitions/99/records?x", ONE).status()).isEqualTo(400);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/actuator/health?x", "/?x=1", "/problems?x", "/v3/api-docs?x", "/style.css?v=2",
			"/partitions?", "/producers?&limit=1&", "/partitions/0/records?offset=0&limit=1" })
	void takesWhatOtherPagesAndKnownParametersAre(String target) {
		assertThat(this.gateway.get(target).status()).isEqualTo(200);
	}

}
