package org.exactlyonce.gateway.access;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.exactlyonce.gateway.bounds.ConnectionLimits;
import org.exactlyonce.gateway.support.Certificates;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.Http2;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * The endpoints of the operator at a port of their own, with a certificate of their own.
 */
@ExtendWith(OutputCaptureExtension.class)
class ManagementPortTest {

	@Test
	void hasItsOwnCertificateAndTheRulesOfTheApi(CapturedOutput output) throws Exception {
		Certificates authority = Certificates.shared();
		List<String> settings = new ArrayList<>(List.of("--management.server.port=0",
				"--management.server.ssl.bundle=operator", "--logging.level.org.exactlyonce.gateway=info"));
		authority.issue("operator", "dns:localhost")
			.bundle("operator")
			.forEach((setting) -> settings.add("--" + setting));
		try (GatewayInProcess gateway = GatewayInProcess.onH2(settings.toArray(String[]::new))) {
			String url = "https://localhost:" + gateway.managementPort();
			HttpClient client = Http2.client(authority.client(null));
			for (String path : List.of("/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness",
					"/actuator/prometheus", "/actuator/metrics/gateway.requests.refused", "/actuator/info")) {
				assertThat(get(client, url + path).statusCode()).as(path).isEqualTo(200);
				assertThat(gateway.client().get(path).status()).as("%s at the API's port", path).isEqualTo(404);
			}
			assertThat(get(client, url + "/partitions").statusCode()).isEqualTo(404);
			HttpResponse<String> proxied = get(client, url + "/actuator/health", "X-Forwarded-For", "127.0.0.1");
			assertThat(proxied.statusCode()).isEqualTo(403);
			assertThat(proxied.body()).contains("\"FORBIDDEN\"", "\"/problems/forbidden\"");
			HttpResponse<String> page = get(client, url + "/problems/forbidden");
			assertThat(page.statusCode()).isEqualTo(200);
			assertThat(page.body()).contains("<code>FORBIDDEN</code>");
			assertThat(output.getOut()).contains("health      " + url + "/actuator/health",
					"start page  http://localhost:" + gateway.port() + "/\n");
			assertThat(gateway.client().get("/").text())
				.contains("<p>Its endpoints are at port " + gateway.managementPort() + ".</p>")
				.doesNotContain("actuator/health");
		}
	}

	/** Those who come later wait, and each answer of a crowd ends its connection. */
	@Test
	void takesFewConnectionsAndNoHttp2WithoutTls() throws Exception {
		try (GatewayInProcess gateway = GatewayInProcess.onH2("--management.server.port=0",
				"--server.tomcat.connection-timeout=60s")) {
			String url = "http://localhost:" + gateway.managementPort() + "/actuator/health/liveness";
			HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
			assertThat(gateway.context().getBean(ConnectionLimits.class).max()).as("the API's")
				.isGreaterThanOrEqualTo(64);
			HttpResponse<String> alone = get(client, url);
			assertThat(alone.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
			assertThat(alone.headers().firstValue("Connection")).isEmpty();
			HttpResponse<String> unknown = get(client,
					"http://localhost:" + gateway.managementPort() + "/actuator/metrics/nope");
			assertThat(unknown.statusCode()).isEqualTo(404);
			assertThat(unknown.body()).contains("\"NOT_FOUND\"", "\"/actuator/metrics/nope\"");
			List<Socket> crowd = new ArrayList<>();
			try {
				for (int i = 0; i < 28; i++) {
					crowd.add(new Socket("localhost", gateway.managementPort()));
				}
				await().untilAsserted(
						() -> assertThat(get(HttpClient.newHttpClient(), url).headers().firstValue("Connection"))
							.contains("close"));
				for (int i = 0; i < 10; i++) {
					crowd.add(new Socket("localhost", gateway.managementPort()));
				}
				HttpRequest late = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(1)).build();
				assertThatThrownBy(() -> HttpClient.newHttpClient().send(late, BodyHandlers.ofString()))
					.isInstanceOf(HttpTimeoutException.class);
				assertThat(gateway.client().get("/partitions").status()).isEqualTo(200);
			}
			finally {
				for (Socket socket : crowd) {
					socket.close();
				}
			}
			await().until(() -> get(client, url).statusCode() == 200);
		}
	}

	/** Spring Boot takes "/" for a port of its own, and strips a slash at the end. */
	@ParameterizedTest
	@CsvSource({ "/, ''", "/manage/, /manage" })
	void followsTheBasePathOfTheEndpoints(String basePath, String prefix) throws Exception {
		try (GatewayInProcess gateway = GatewayInProcess.onH2("--management.server.port=0",
				"--management.endpoints.web.base-path=" + basePath, "--gateway.security.mode=token",
				"--gateway.security.admin-key=an-administrators-key-of-this-test")) {
			HttpClient client = HttpClient.newHttpClient();
			String url = "http://localhost:" + gateway.managementPort() + prefix;
			assertThat(get(client, url + "/health").statusCode()).isEqualTo(200);
			assertThat(get(client, url + "/metrics").statusCode()).isEqualTo(401);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "/ops" })
	void asksForAKeyInTheModeToken(String basePath) throws Exception {
		String key = "an-administrators-key-of-this-test";
		try (GatewayInProcess gateway = GatewayInProcess.onH2("--management.server.port=0",
				"--management.server.base-path=" + basePath, "--gateway.security.mode=token",
				"--gateway.security.admin-key=" + key)) {
			HttpClient client = HttpClient.newHttpClient();
			String url = "http://localhost:" + gateway.managementPort() + basePath + "/actuator";
			for (String path : List.of("/health", "/health/liveness", "/health/readiness")) {
				HttpResponse<String> open = get(client, url + path);
				assertThat(open.statusCode()).as(path).isEqualTo(200);
				assertThat(open.body()).isEqualTo("{\"status\":\"UP\"}");
			}
			for (String path : List.of("", "/prometheus", "/metrics", "/metrics/gateway.requests.refused", "/info",
					"/health/db")) {
				HttpResponse<String> refused = get(client, url + path);
				assertThat(refused.statusCode()).as(path).isEqualTo(401);
				assertThat(refused.body()).contains("\"UNAUTHENTICATED\"");
				assertThat(get(client, url + path, "Authorization", "Bearer " + key).statusCode()).as(path)
					.isEqualTo(200);
			}
			assertThat(get(client, url + "/health", "Authorization", "Bearer " + key).body())
				.contains("\"components\"");
			assertThat(get(client, "http://localhost:" + gateway.managementPort() + basePath + "/no-such-path")
				.statusCode()).isEqualTo(401);
		}
	}

	/** As compose.tls.yaml sets it: the image's health check speaks no TLS. */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void hasTheTlsOfTheApiUnlessItIsTurnedOff(boolean tls) throws Exception {
		Certificates authority = Certificates.shared();
		List<String> settings = new ArrayList<>(List.of("--server.ssl.bundle=web", "--management.server.port=0"));
		if (!tls) {
			settings.add("--management.server.ssl.enabled=false");
		}
		authority.issue("web-" + tls, "dns:localhost").bundle("web").forEach((setting) -> settings.add("--" + setting));
		try (GatewayInProcess gateway = GatewayInProcess.onH2(settings.toArray(String[]::new))) {
			HttpClient client = Http2.client(authority.client(null));
			String url = (tls ? "https" : "http") + "://localhost:" + gateway.managementPort();
			assertThat(get(client, url + "/actuator/health").statusCode()).isEqualTo(200);
			assertThat(get(client, "https://localhost:" + gateway.port() + "/partitions").statusCode()).isEqualTo(200);
		}
	}

	/** As the manifest for Kubernetes has it: probes bring no certificate. */
	@Test
	void asksForNoCertificateAndKnowsNoPathOfTheApi() throws Exception {
		Certificates authority = Certificates.shared();
		List<String> settings = new ArrayList<>(List.of("--server.ssl.bundle=web", "--server.ssl.client-auth=need",
				"--server.servlet.context-path=/log",
				"--spring.ssl.bundle.pem.web.truststore.certificate=" + authority.authority(),
				"--management.server.port=0", "--management.server.ssl.enabled=false", "--gateway.security.mode=token",
				"--gateway.security.admin-key=an-administrators-key-of-this-test"));
		authority.issue("web-need", "dns:localhost").bundle("web").forEach((setting) -> settings.add("--" + setting));
		try (GatewayInProcess gateway = GatewayInProcess.onH2(settings.toArray(String[]::new))) {
			HttpClient client = HttpClient.newHttpClient();
			String url = "http://localhost:" + gateway.managementPort() + "/actuator";
			assertThat(get(client, url + "/health/readiness").statusCode()).isEqualTo(200);
			assertThat(get(client, url + "/health/liveness").statusCode()).isEqualTo(200);
			assertThat(get(client, url + "/prometheus").statusCode()).isEqualTo(401);
		}
	}

	private static HttpResponse<String> get(HttpClient client, String url, String... headers)
			throws IOException, InterruptedException {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
		if (headers.length > 0) {
			request.headers(headers);
		}
		return client.send(request.build(), BodyHandlers.ofString());
	}

}
