package org.exactlyonce.gateway.http;

import java.util.ArrayList;
import java.util.List;

import org.exactlyonce.gateway.support.Certificates;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.Http2;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Links that lead back to the gateway: over TLS, under a context path, and through a
 * proxy that sends another prefix.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class LinksTest {

	private static final String PROXY = "X-Forwarded-Proto: https, X-Forwarded-Host: api.example.org,"
			+ " X-Forwarded-Prefix: /public";

	private static final String JSON = "application/json";

	private GatewayInProcess gateway;

	private GatewayClient client;

	private String summary;

	@BeforeAll
	void start(CapturedOutput output) {
		List<String> settings = new ArrayList<>(
				List.of("--server.ssl.bundle=web", "--server.servlet.context-path=/log", "--gateway.security.mode=open",
						"--server.forward-headers-strategy=framework", "--logging.level.org.exactlyonce.gateway=info"));
		Certificates authority = Certificates.shared();
		authority.issue("links", "dns:localhost").bundle("web").forEach((setting) -> settings.add("--" + setting));
		this.gateway = GatewayInProcess.onH2(settings.toArray(String[]::new));
		Http2.speak(this.gateway.port(), Http2.client(authority.client(null)));
		this.client = this.gateway.client();
		this.summary = output.getOut();
	}

	@AfterAll
	void stop() {
		this.gateway.close();
	}

	private Answer send(String method, String path, String body, String headers) {
		List<String> all = new ArrayList<>(List.of("Content-Type", JSON));
		for (String header : (headers != null) ? headers.split(", ") : new String[0]) {
			all.addAll(List.of(header.split(": ")));
		}
		return this.client.send(method, path, (body != null) ? body.getBytes() : null, all.toArray(String[]::new));
	}

	@Test
	void startSummaryHasTheRealAddress() {
		String url = "https://localhost:" + this.gateway.port() + "/log";
		assertThat(this.summary).contains("start page  " + url + "/\n", "try it      " + url + "/swagger-ui.html",
				"health      " + url + "/actuator/health");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-", value = { "-|/log", PROXY + "|/public" })
	void leadToWhatIsMeant(String headers, String root) {
		String created = send("POST", "/log/producers", null, headers).header("Location");
		assertThat(created).startsWith(root + "/producers/");
		assertThat(send("GET", "/log" + created.substring(root.length()), null, headers).status()).isEqualTo(200);
		assertThat(send("GET", "/log/swagger-ui.html", null, headers).header("Location"))
			.endsWith(root + "/swagger-ui/index.html");
		assertThat(send("GET", "/log/v3/api-docs/swagger-config", null, headers).json().get("url").asString())
			.isEqualTo(root + "/v3/api-docs");
		assertThat(send("GET", "/log/problems", null, headers).text())
			.contains("href=\"" + root + "/problems/forbidden\"", "href=\"" + root + "/style.css\"")
			.doesNotContain("href=\"/problems", "href=\"/style");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-", value = { "-|/log", PROXY + "|/public" })
	void openApiDocumentHasTheServersPath(String headers, String root) {
		Answer document = send("GET", "/log/v3/api-docs", null, headers);
		assertThat(document.json().at("/servers/0/url").asString()).isEqualTo(root);
		assertThat(document.json().get("servers")).hasSize(1);
		assertThat(document.json().get("paths").propertyNames()).contains("/producers", "/partitions")
			.noneMatch((path) -> path.startsWith("/log"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-",
			value = { "GET|/producers/999|-|unknown-producer-id", "GET|/producers?limit=0|-|invalid-request",
					"PUT|/producers|-|method-not-allowed", "GET|/nope|-|not-found",
					"POST|/partitions/0/records|{\"producerId\":999,\"baseSequence\":0,\"records\":[{\"value\":1}]}"
							+ "|unknown-producer-id",
					"GET|/actuator/health/nope|-|not-found" })
	void typesOfProblemsAreItsPages(String method, String path, String body, String slug) {
		for (String headers : new String[] { null, PROXY }) {
			String root = (headers == null) ? "/log" : "/public";
			Answer answer = send(method, "/log" + path, body, headers);
			assertThat(answer.json().get("type").asString()).isEqualTo(root + "/problems/" + slug);
			assertThat(answer.json().get("instance").asString()).isEqualTo(root + path.replaceFirst("\\?.*", ""));
			assertThat(send("GET", "/log/problems/" + slug, null, headers).status()).isEqualTo(200);
		}
	}

	@ParameterizedTest
	@CsvSource({ "/elsewhere,not-found", "/log/partitions%2F0,invalid-request" })
	void typesOfWhatTheContainerRefusesToo(String path, String slug) {
		assertThat(send("GET", path, null, null).json().get("type").asString()).isEqualTo("/log/problems/" + slug);
	}

	@Test
	void namesThePathThatWasMeant() {
		assertThat(send("GET", "/log/producer", null, null).json().get("detail").asString())
			.endsWith("did you mean /log/producers?");
		assertThat(send("GET", "/log/producer", null, PROXY).json().get("detail").asString())
			.endsWith("did you mean /public/producers?");
	}

	/** As the container has it. */
	@ParameterizedTest
	@ValueSource(strings = { "//log", "///log", "/%6Cog", "/./log", "/x/../log" })
	void contextPathMayBeSpeltOtherwise(String spelt) {
		assertThat(send("POST", spelt + "/producers", null, null).header("Location")).startsWith("/log/producers/");
		assertThat(send("GET", spelt + "/producer", null, null).json().get("type").asString())
			.isEqualTo("/log/problems/not-found");
		assertThat(send("POST", spelt + "/producers", null, PROXY).header("Location")).contains("/public/producers/");
		assertThat(send("POST", spelt + "/producers", null, "X-Forwarded-Prefix: /%zz").status()).isEqualTo(400);
	}

	@Test
	void foreignPageGetsThePageOfItsProblem() {
		Answer refused = send("POST", "/log/producers", null, PROXY + ", Origin: https://elsewhere.example");
		assertThat(refused.json().get("type").asString()).isEqualTo("/public/problems/forbidden-origin");
		assertThat(send("POST", "/log/producers", null, PROXY + ", Origin: https://api.example.org").status())
			.isEqualTo(201);
	}

	@Test
	void startPageCallsTheGatewayAsItsReaderDoes() {
		assertThat(send("GET", "/log/", null, null).text())
			.contains("curl -X POST https://localhost:" + this.gateway.port() + "/log/producers\n")
			.contains("href=\"swagger-ui.html\"")
			.doesNotContain("href=\"/", "{{", "<!--");
		assertThat(send("GET", "/log/", null, PROXY).text())
			.contains("curl -X POST https://api.example.org/public/producers\n");
		assertThat(send("GET", "/log/", null, "X-Forwarded-Host: a;id").text()).doesNotContain("a;id")
			.contains("curl -X POST localhost:");
	}

	@Test
	void requestWithAPrefixThatIsNoPathIsRefused() {
		String before = send("GET", "/log/producers", null, null).text();
		for (String prefix : List.of("/a b", "/%zz", "/<b>", "//[", "/a?b", "//b", "evil", "/a/../b", "/a;b")) {
			Answer refused = send("POST", "/log/producers", null, "X-Forwarded-Prefix: " + prefix);
			assertThat(refused.status()).as(prefix).isEqualTo(400);
			assertThat(refused.code()).isEqualTo("INVALID_REQUEST");
			assertThat(refused.json().get("type").asString()).isEqualTo("/log/problems/invalid-request");
		}
		assertThat(send("GET", "/log/producers", null, null).text()).isEqualTo(before);
	}

	@Test
	void requestWithAPrefixThatIsNoPathIsRefusedBeforeItsCredentialIsLookedAt() {
		try (GatewayInProcess token = GatewayInProcess.onH2("--server.forward-headers-strategy=framework",
				"--gateway.security.mode=token", "--gateway.security.admin-key=a-key-of-this-test-0123456789abcdef")) {
			for (String prefix : List.of("/%zz", "evil", "//b", "/a/../b")) {
				Answer refused = token.client().send("GET", "/partitions", null, "X-Forwarded-Prefix", prefix);
				assertThat(refused.status()).as(prefix).isEqualTo(400);
				assertThat(refused.json().get("instance").asString()).isEqualTo("/partitions");
			}
			assertThat(token.client().send("GET", "/partitions", null, "X-Forwarded-Prefix", "/log").status())
				.isEqualTo(401);
		}
	}

	@Test
	void areAsEverWithoutAnyOfIt() {
		try (GatewayInProcess plain = GatewayInProcess.onH2("--server.forward-headers-strategy=framework")) {
			GatewayClient client = plain.client();
			assertThat(client.send("POST", "/producers", null).header("Location")).isEqualTo("/producers/1");
			assertThat(client.get("/producers/9").json().get("type").asString())
				.isEqualTo("/problems/unknown-producer-id");
			assertThat(client.get("/v3/api-docs").json().at("/servers/0/url").asString()).isEqualTo("/");
			assertThat(client.get("/").text()).contains("curl -X POST localhost:" + plain.port() + "/producers\n");
			for (String forged : List.of("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Prefix", "Forwarded")) {
				Answer answer = client.send("GET", "/partitions", null, forged, "for=127.0.0.1");
				assertThat(answer.status()).as(forged).isEqualTo(403);
			}
		}
	}

	@Test
	void nativeStrategySendsThemToo() {
		try (GatewayInProcess proxied = GatewayInProcess.onH2("--server.forward-headers-strategy=native",
				"--gateway.security.mode=open")) {
			assertThat(proxied.client()
				.send("GET", "/", null, "X-Forwarded-For", "10.0.0.9", "X-Forwarded-Proto", "https", "X-Forwarded-Host",
						"api.example.org")
				.text()).contains("curl -X POST https://api.example.org/producers\n");
		}
	}

}
