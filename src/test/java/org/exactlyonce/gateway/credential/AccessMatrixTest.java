package org.exactlyonce.gateway.credential;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every endpoint for every kind of caller: the status, and that what is refused has no
 * effect. An endpoint without a row fails it.
 */
@OnH2WithKeys
class AccessMatrixTest {

	/** The callers, in the order of the columns. */
	private static final List<String> CALLERS = List.of("none", "malformed", "unknown", "expired", "revoked", "produce",
			"produce other", "another", "read", "read other", "monitor", "admin");

	private static final String RECORD = "{\"records\": [{\"value\": 1}]}";

	/** With the producer's id in place of OWNED. */
	private static final String APPEND_AS_OWNED = "{\"producerId\": OWNED, \"producerEpoch\": 0, \"baseSequence\": 0, "
			+ "\"records\": [{\"value\": 1}]}";

	private static final String KEY = "{\"name\": \"a\", \"rights\": [{\"may\": [\"read\"]}]}";

	/**
	 * What each caller gets. Open paths are open, and still refuse a credential that is
	 * none.
	 */
	private static final List<Row> ROWS = List.of(
			row("POST", "/partitions/{partition}/records", "/partitions/0/records", RECORD,
					"401 401 401 401 401 201 403 201 403 403 403 201"),
			row("GET", "/partitions/{partition}/records", "/partitions/1/records", null,
					"401 401 401 401 401 403 403 403 200 403 403 200"),
			row("GET", "/partitions/{partition}/records/{offset}", "/partitions/2/records/0", null,
					"401 401 401 401 401 403 403 403 200 403 403 200"),
			row("GET", "/partitions", "/partitions", null, "401 401 401 401 401 200 200 200 200 200 403 200"),
			row("GET", "/partitions/{partition}", "/partitions/0", null,
					"401 401 401 401 401 200 403 200 200 403 403 200"),
			row("POST", "/topics/{topic}/partitions/{partition}/records", "/topics/records/partitions/3/records",
					RECORD, "401 401 401 401 401 201 403 201 403 403 403 201"),
			row("POST", "/topics/{topic}/records", "/topics/records/records", RECORD,
					"401 401 401 401 401 201 403 201 403 403 403 201"),
			row("POST", "/records", "/records", RECORD, "401 401 401 401 401 201 403 201 403 403 403 201"),
			row("POST", "/webhooks/{source}", "/webhooks/unknown", RECORD,
					"404 404 404 404 404 404 404 404 404 404 404 404"),
			row("GET", "", "/webhooks/unknown", null, "405 401 401 401 401 405 405 405 405 405 405 405"),
			row("POST", "", "/error", RECORD, "401 401 401 401 401 403 403 403 403 403 403 404"),
			row("GET", "/topics/{topic}/partitions/{partition}/records", "/topics/records/partitions/1/records", null,
					"401 401 401 401 401 403 403 403 200 403 403 200"),
			row("GET", "/topics/{topic}/partitions/{partition}/records/{offset}",
					"/topics/records/partitions/2/records/0", null, "401 401 401 401 401 403 403 403 200 403 403 200"),
			row("GET", "/topics/{topic}/partitions", "/topics/records/partitions", null,
					"401 401 401 401 401 200 200 200 200 200 403 200"),
			row("GET", "/topics/{topic}/partitions/{partition}", "/topics/records/partitions/0", null,
					"401 401 401 401 401 200 403 200 200 403 403 200"),
			row("GET", "/topics", "/topics", null, "401 401 401 401 401 200 200 200 200 200 403 200"),
			row("GET", "/topics/{topic}", "/topics/records", null, "401 401 401 401 401 200 403 200 200 403 403 200"),
			row("PUT", "/topics/{topic}", "/topics/records", "{\"partitions\": 8}",
					"401 401 401 401 401 403 403 403 403 403 403 200"),
			row("DELETE", "/topics/{topic}", "/topics/records", null,
					"401 401 401 401 401 403 403 403 403 403 403 409"),
			row("POST", "/producers", "/producers", null, "401 401 401 401 401 201 201 201 403 403 403 201"),
			row("GET", "/producers", "/producers", null, "401 401 401 401 401 200 200 200 403 403 403 200"),
			row("GET", "/producers/{producerId}", "/producers/999", null,
					"401 401 401 401 401 404 404 404 403 403 403 404"),
			row("PATCH", "/producers/{producerId}", "/producers/999", "{\"owner\": \"a\"}",
					"401 401 401 401 401 403 403 403 403 403 403 404"),
			row("POST", "/producers/{producerId}/epoch", "/producers/999/epoch", null,
					"401 401 401 401 401 404 404 404 403 403 403 404"),
			row("POST", "", "/partitions/0/records", APPEND_AS_OWNED,
					"401 401 401 401 401 201 403 403 403 403 403 403"),
			row("POST", "", "/producers", "{\"name\": \"owned\"}", "401 401 401 401 401 200 403 403 403 403 403 403"),
			row("GET", "", "/producers/OWNED", null, "401 401 401 401 401 200 404 404 403 403 403 200"),
			row("POST", "", "/producers/OWNED/epoch", null, "401 401 401 401 401 200 404 404 403 403 403 200"),
			row("PATCH", "", "/producers/OWNED", "{\"owner\": \"produce-1\"}",
					"401 401 401 401 401 403 403 403 403 403 403 200"),
			row("POST", "/keys", "/keys", KEY, "401 401 401 401 401 403 403 403 403 403 403 201"),
			row("GET", "/keys", "/keys", null, "401 401 401 401 401 403 403 403 403 403 403 200"),
			row("GET", "/keys/{id}", "/keys/99999", null, "401 401 401 401 401 403 403 403 403 403 403 404"),
			row("DELETE", "/keys/{id}", "/keys/99999", null, "401 401 401 401 401 403 403 403 403 403 403 404"),
			row("GET", "/problems", "/problems", null, "200 401 401 401 401 200 200 200 200 200 200 200"),
			row("GET", "/problems/{slug}", "/problems/forbidden", null,
					"200 401 401 401 401 200 200 200 200 200 200 200"),
			row("GET", "/swagger-ui.html", "/swagger-ui.html", null, "302 401 401 401 401 302 302 302 302 302 302 302"),
			row("GET", "/v3/api-docs", "/v3/api-docs", null, "200 401 401 401 401 200 200 200 200 200 200 200"),
			row("GET", "/v3/api-docs.yaml", "/v3/api-docs.yaml", null,
					"200 401 401 401 401 200 200 200 200 200 200 200"),
			row("GET", "/v3/api-docs/swagger-config", "/v3/api-docs/swagger-config", null,
					"200 401 401 401 401 200 200 200 200 200 200 200"),
			row("GET", "/actuator", "/actuator", null, "401 401 401 401 401 403 403 403 403 403 200 200"),
			row("GET", "/actuator/health", "/actuator/health", null, "200 401 401 401 401 200 200 200 200 200 200 200"),
			row("GET", "/actuator/health/**", "/actuator/health/db", null,
					"401 401 401 401 401 403 403 403 403 403 200 200"),
			row("GET", "/actuator/info", "/actuator/info", null, "401 401 401 401 401 403 403 403 403 403 200 200"),
			row("GET", "/actuator/metrics", "/actuator/metrics", null,
					"401 401 401 401 401 403 403 403 403 403 200 200"),
			row("GET", "/actuator/metrics/{requiredMetricName}", "/actuator/metrics/gateway.appends", null,
					"401 401 401 401 401 403 403 403 403 403 200 200"),
			row("GET", "/actuator/prometheus", "/actuator/prometheus", null,
					"401 401 401 401 401 403 403 403 403 403 200 200"),
			row("GET", "/index.html", "/index.html", null, "200 401 401 401 401 200 200 200 200 200 200 200"),
			row("GET", "/", "/", null, "200 401 401 401 401 200 200 200 200 200 200 200"),
			row("HEAD", "", "/actuator/prometheus", null, "401 401 401 401 401 403 403 403 403 403 200 200"),
			row("HEAD", "", "/", null, "200 401 401 401 401 200 200 200 200 200 200 200"),
			row("POST", "", "/", RECORD, "401 401 401 401 401 403 403 403 403 403 403 405"),
			row("GET", "", "/", RECORD, "401 401 401 401 401 200 200 200 200 200 200 200"),
			row("POST", "", "/actuator/health", RECORD, "401 401 401 401 401 403 403 403 403 403 403 405"),
			row("POST", "", "/problems", RECORD, "401 401 401 401 401 403 403 403 403 403 403 405"),
			row("GET", "", "/actuator/health/liveness", null, "200 401 401 401 401 200 200 200 200 200 200 200"),
			row("GET", "", "/.well-known/oauth-protected-resource", null,
					"401 401 401 401 401 403 403 403 403 403 403 404"),
			row("GET", "", "/actuator/sbom", null, "401 401 401 401 401 403 403 403 403 403 403 404"),
			row("GET", "", "/no-such-path", null, "401 401 401 401 401 403 403 403 403 403 403 404"),
			row("DELETE", "", "/partitions/0/records", null, "401 401 401 401 401 403 403 403 405 403 403 405"),
			row("PUT", "", "/producers", RECORD, "401 401 401 401 401 405 405 405 403 403 403 405"));

	@LocalServerPort
	private int port;

	@Autowired
	private ApplicationContext context;

	@Test
	void answersEachCallerAsItsRightsSay() {
		TokenGateway gateway = new TokenGateway(new GatewayClient(this.port));
		Map<String, String> keys = keys(gateway);
		gateway.send(TokenGateway.ADMIN_KEY, "POST", "/partitions/2/records", RECORD);
		String owned = gateway.send(keys.get("produce"), "POST", "/producers", "{\"name\": \"owned\"}")
			.json()
			.get("producerId")
			.asString();
		for (Row any : ROWS) {
			Row row = any.about(owned);
			for (int i = 0; i < CALLERS.size(); i++) {
				String caller = CALLERS.get(i);
				int expected = Integer.parseInt(row.statuses.get(i));
				String before = state(gateway);
				Answer answer = gateway.send(keys.get(caller), row.method, row.path, row.body);
				assertThat(answer.status()).as("%s %s for %s: %s", row.method, row.path, caller, answer.text())
					.isEqualTo(expected);
				if (expected >= 400) {
					if (!row.method.equals("HEAD")) {
						assertRefusal(answer, expected, caller);
					}
					assertThat(state(gateway)).as("%s %s for %s", row.method, row.path, caller).isEqualTo(before);
				}
			}
		}
	}

	private static Map<String, String> keys(TokenGateway gateway) {
		Map<String, String> keys = new LinkedHashMap<>();
		keys.put("malformed", "two words");
		keys.put("unknown", NewKey.random());
		keys.put("expired", gateway.expired());
		keys.put("revoked", gateway.revoked());
		keys.put("produce", gateway.key("produce", "rec*"));
		keys.put("produce other", gateway.key("produce", "orders", "record"));
		keys.put("another", gateway.make("another", "{\"may\": [\"produce\"]}", null).json().get("key").asString());
		keys.put("read", gateway.key("read", "records"));
		keys.put("read other", gateway.key("read", "orders-*"));
		keys.put("monitor", gateway.key("monitor"));
		keys.put("admin", TokenGateway.ADMIN_KEY);
		return keys;
	}

	private static void assertRefusal(Answer answer, int status, String caller) {
		assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
		if (status == 401) {
			assertThat(answer.code()).isEqualTo("UNAUTHENTICATED");
			assertThat(answer.json().get("retry").asString()).isEqualTo("authenticate");
			assertThat(answer.header("WWW-Authenticate"))
				.isEqualTo(caller.equals("none") ? "Bearer" : "Bearer error=\"invalid_token\"");
		}
		else if (status == 403) {
			assertThat(answer.json().get("retry").asString()).isEqualTo("stop");
			if (answer.code().equals("NOT_OWNER")) {
				assertThat(caller).isIn("another", "produce other", "admin");
				return;
			}
			assertThat(answer.code()).isEqualTo("FORBIDDEN");
			assertThat(answer.json().get("detail").asString()).contains(answer.json().get("right").asString());
		}
	}

	private static String state(TokenGateway gateway) {
		return gateway.get(TokenGateway.ADMIN_KEY, "/partitions").text()
				+ gateway.get(TokenGateway.ADMIN_KEY, "/producers?limit=1000").text()
				+ gateway.get(TokenGateway.ADMIN_KEY, "/keys").text().replaceAll("\"lastUsedAt\":[^}]*", "");
	}

	/**
	 * What an administrator may, but keys: none are made where nobody is asked for one.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "open", "local" })
	void answersEverybodyAsAnAdministratorWhereNobodyIsAsked(String mode) {
		try (GatewayInProcess gateway = GatewayInProcess.onH2("--gateway.security.mode=" + mode)) {
			TokenGateway everybody = new TokenGateway(gateway.client());
			everybody.send(null, "POST", "/partitions/2/records", RECORD);
			String owned = everybody.send(null, "POST", "/producers", "{\"name\": \"owned\"}")
				.json()
				.get("producerId")
				.asString();
			for (Row any : ROWS) {
				Row row = any.about(owned);
				int expected = row.path.startsWith("/keys") ? 403
						: Integer.parseInt(row.statuses.get(CALLERS.size() - 1));
				boolean ofAnother = any.body != null && (any.body.contains("OWNED") || any.body.contains("owned"));
				Answer answer = everybody.send(null, row.method, row.path, row.body);
				assertThat(answer.status()).as("%s %s in the mode %s: %s", row.method, row.path, mode, answer.text())
					.isEqualTo((ofAnother && expected == 403) ? Integer.parseInt(row.statuses.get(5)) : expected);
			}
		}
	}

	@Test
	void hasARowForEachEndpoint() {
		Set<String> mapped = this.context.getBeansOfType(RequestMappingInfoHandlerMapping.class)
			.values()
			.stream()
			.flatMap((mapping) -> mapping.getHandlerMethods().keySet().stream())
			.flatMap((info) -> info.getPatternValues()
				.stream()
				.flatMap((pattern) -> info.getMethodsCondition()
					.getMethods()
					.stream()
					.map((method) -> method + " " + pattern)))
			.collect(Collectors.toCollection(TreeSet::new));
		assertThat(mapped).hasSizeGreaterThan(15);
		assertThat(ROWS.stream().map((row) -> row.method + " " + row.pattern)).containsAll(mapped);
	}

	@Test
	void keepsWhatACredentialReadsFromOtherCallersCaches() {
		TokenGateway gateway = new TokenGateway(new GatewayClient(this.port));
		gateway.send(TokenGateway.ADMIN_KEY, "POST", "/partitions/2/records", RECORD);
		Answer answer = gateway.get(TokenGateway.ADMIN_KEY, "/partitions/2/records/0");
		assertThat(answer.header("Cache-Control")).isEqualTo("private, max-age=31536000, immutable");
		assertThat(answer.response().headers().allValues("Vary")).contains("Authorization");
	}

	@ParameterizedTest
	@ValueSource(strings = { "PUT /webhooks/unknown", "GET /webhooks/unknown", "POST /error", "GET /console/none" })
	void receivesNoBodyFromStrangersWhereNoneIsTaken(String request) {
		String[] parts = request.split(" ");
		Answer answer = new TokenGateway(new GatewayClient(this.port)).send(null, parts[0], parts[1], RECORD);
		assertThat(answer.status()).isEqualTo(401);
		assertThat(answer.header("Connection")).isEqualTo("close");
	}

	@Test
	void showsStrangersTheStatusOfHealthAlone() {
		TokenGateway gateway = new TokenGateway(new GatewayClient(this.port));
		assertThat(gateway.get(null, "/actuator/health").text()).isEqualTo("{\"status\":\"UP\"}");
		assertThat(gateway.get(gateway.key("read"), "/actuator/health/readiness").text())
			.isEqualTo("{\"status\":\"UP\"}");
		assertThat(
				gateway.get(gateway.key("monitor"), "/actuator/health").json().at("/components/db/status").asString())
			.isEqualTo("UP");
	}

	@Test
	void listsOnlyWhatMayBeSeen() {
		TokenGateway gateway = new TokenGateway(new GatewayClient(this.port));
		for (String path : List.of("/partitions", "/topics/records/partitions")) {
			assertThat(gateway.get(gateway.key("read", "records"), path).json().get("partitions")).isNotEmpty();
			assertThat(gateway.get(gateway.key("read", "orders"), path).json().get("partitions")).isEmpty();
		}
		assertThat(gateway.get(gateway.key("read", "orders"), "/topics").json().get("topics")).isEmpty();
		assertThat(gateway.get(gateway.key("produce", "rec*"), "/topics").json().get("topics")).hasSize(1);
	}

	private static Row row(String method, String pattern, String path, String body, String statuses) {
		return new Row(method, pattern, path, body, Arrays.asList(statuses.split(" ")));
	}

	/** An endpoint's pattern, a request to it, and the status for each caller. */
	private record Row(String method, String pattern, String path, String body, List<String> statuses) {

		private Row {
			assertThat(statuses).hasSameSizeAs(CALLERS);
		}

		private Row about(String owned) {
			return new Row(this.method, this.pattern, this.path.replace("OWNED", owned),
					(this.body != null) ? this.body.replace("OWNED", owned) : null, this.statuses);
		}

	}

}
