package org.exactlyonce.gateway.console;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How the console is served: to everybody, with a policy that lets it do little.
 */
class ConsoleFilesTest {

	private static GatewayInProcess gateway;

	private static GatewayClient client;

	@BeforeAll
	static void start() {
		gateway = GatewayInProcess.onH2("--gateway.security.mode=token",
				"--gateway.security.admin-key=an-administrators-key-of-this-test");
		client = gateway.client();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@ParameterizedTest
	@CsvSource({ "/console/,text/html", "/console/app.js,text/javascript", "/console/views/tryit.js,text/javascript",
			"/console/console.css,text/css", "/console/lib/preact.js,text/javascript",
			"/console/lib/hooks.js,text/javascript", "/console/lib/htm.js,text/javascript",
			"/console/lib/uplot.js,text/javascript", "/console/lib/uplot.css,text/css" })
	void servesItsFilesWithoutACredential(String path, String type) {
		Answer file = client.get(path);
		assertThat(file.status()).isEqualTo(200);
		assertThat(file.header("Content-Type")).startsWith(type);
		assertThat(file.header("X-Content-Type-Options")).isEqualTo("nosniff");
		assertThat(file.header("Content-Security-Policy")).startsWith("default-src 'none'; script-src 'self';")
			.contains("frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'")
			.doesNotContain("unsafe", "*", "data:", "http");
		assertThat(file.text()).doesNotContain("sourceMappingURL");
		assertThat(client.send("GET", path, null, "If-None-Match", file.header("ETag")).status()).isEqualTo(304);
	}

	@Test
	void startPageSendsTheTokenAndLeadsToTheConsole() {
		assertThat(client.get("/").text())
			.contains("/producers -H \"Authorization: Bearer $TOKEN\"\n",
					"/partitions/0/records -H \"Authorization: Bearer $TOKEN\" \\\n",
					"/partitions/0/records?offset=0' -H \"Authorization: Bearer $TOKEN\"\n", "needs a token",
					"href=\"console/#/producers\"", "href=\"actuator/health\"")
			.doesNotContain("href=\"producers\"", "href=\"topics\"", "href=\"actuator/prometheus\"", "{{", "<!--");
	}

	@ParameterizedTest
	@CsvSource({ "/consol,401,UNAUTHENTICATED", "/partitions,401,UNAUTHENTICATED", "/problems/nope,404,NOT_FOUND" })
	void givesAPageToAPersonWhoFollowsALinkThatTakesAToken(String path, int status, String code) {
		Answer page = client.send("GET", path, null, "Sec-Fetch-Mode", "navigate", "Accept", "text/html,*/*;q=0.8");
		assertThat(page.status()).isEqualTo(status);
		assertThat(page.header("Content-Type")).startsWith("text/html");
		assertThat(page.header("Vary")).contains("Sec-Fetch-Mode");
		assertThat(page.header("Cache-Control")).isEqualTo("no-store");
		assertThat(page.text()).contains(code, "href=\"/console/\"", "href=\"/\"");
		Answer program = client.send("GET", path, null, "Accept", "*/*");
		assertThat(program.status()).isEqualTo(status);
		assertThat(program.header("Content-Type")).isEqualTo("application/problem+json");
		assertThat(program.header("WWW-Authenticate")).isEqualTo((status == 401) ? "Bearer" : null);
		assertThat(page.header("WWW-Authenticate")).isEqualTo(program.header("WWW-Authenticate"));
	}

	@Test
	void librariesNeedNoNamesOfPackages() {
		assertThat(client.get("/console/lib/hooks.js").text()).contains("from\"./preact.js\"")
			.doesNotContain("from\"preact\"");
	}

	@Test
	void leadsToItsSlash() {
		assertThat(client.get("/console").header("Location")).endsWith("/console/");
	}

	@ParameterizedTest
	@CsvSource({ "/console/lib/other.js", "/console/nope", "/console/views/", "/console/..%2fstyle.css" })
	void servesNothingElse(String path) {
		Answer answer = client.get(path);
		assertThat(answer.status()).isIn(400, 404);
		assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
	}

}
