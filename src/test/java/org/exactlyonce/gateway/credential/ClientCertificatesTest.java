package org.exactlyonce.gateway.credential;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import javax.net.ssl.SSLContext;

import org.exactlyonce.gateway.GatewayApplication;
import org.exactlyonce.gateway.support.Certificates;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Client certificates are credentials: their common names have rights.
 */
@ExtendWith(OutputCaptureExtension.class)
class ClientCertificatesTest {

	private static final String RECORD = "{\"records\": [{\"value\": 1}]}";

	@TempDir
	private Path folder;

	private GatewayInProcess gateway;

	/** One for each name, as issuing takes a process. */
	private static final SSLContext ORDERS = client("orders.example");

	private static final SSLContext UNKNOWN = client("orders");

	private static final SSLContext NOBODY = Certificates.shared().client(null);

	private static final List<String> BUNDLE = Certificates.shared()
		.issue("gateway-with-client-certificates", "dns:localhost")
		.bundle("web");

	private static SSLContext client(String name) {
		return Certificates.shared().client(Certificates.shared().issue(name, "dns:client"));
	}

	@ParameterizedTest
	@EnumSource(HttpClient.Version.class)
	void commonNamesHaveRights(HttpClient.Version version) throws Exception {
		try (GatewayInProcess started = GatewayInProcess.onH2(settings())) {
			this.gateway = started;
			assertThat(send(version, ORDERS, null, "POST", "/partitions/0/records", RECORD).statusCode())
				.isEqualTo(201);
			assertThat(send(version, ORDERS, null, "GET", "/partitions/0/records", null).statusCode()).isEqualTo(403);
			assertThat(send(version, ORDERS, null, "GET", "/keys", null).body()).contains("orders.example lacks");
			for (SSLContext stranger : List.of(UNKNOWN, NOBODY)) {
				HttpResponse<String> refused = send(version, stranger, null, "POST", "/partitions/0/records", RECORD);
				assertThat(refused.statusCode()).isEqualTo(401);
				assertThat(refused.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
			}
			HttpResponse<String> registered = send(version, ORDERS, null, "POST", "/producers", "{\"name\": \"a\"}");
			assertThat(send(version, NOBODY, TokenGateway.ADMIN_KEY, "GET",
					registered.headers().firstValue("Location").orElseThrow(), null)
				.body()).contains("\"owner\":\"orders.example\"");
		}
	}

	@Test
	void keyThatIsSentAsWellDecides() throws Exception {
		try (GatewayInProcess started = GatewayInProcess.onH2(settings())) {
			this.gateway = started;
			HttpClient.Version version = HttpClient.Version.HTTP_1_1;
			assertThat(send(version, ORDERS, TokenGateway.ADMIN_KEY, "GET", "/keys", null).statusCode()).isEqualTo(200);
			assertThat(send(version, ORDERS, "eog_no-key", "POST", "/producers", null).statusCode()).isEqualTo(401);
		}
	}

	private static String[] settings() {
		List<String> settings = new ArrayList<>(
				List.of("--server.ssl.bundle=web", "--server.http2.enabled=true", "--server.ssl.client-auth=want",
						"--gateway.security.mode=token", "--gateway.security.admin-key=" + TokenGateway.ADMIN_KEY,
						"--gateway.security.certificates.[orders.example]=produce:records",
						"--spring.ssl.bundle.pem.web.truststore.certificate=" + Certificates.shared().authority()));
		BUNDLE.forEach((setting) -> settings.add("--" + setting));
		return settings.toArray(String[]::new);
	}

	private HttpResponse<String> send(HttpClient.Version version, SSLContext context, String key, String method,
			String path, String body) throws IOException, InterruptedException {
		HttpRequest.Builder request = HttpRequest
			.newBuilder(URI.create("https://localhost:" + this.gateway.port()).resolve(path))
			.method(method, (body != null) ? BodyPublishers.ofString(body) : BodyPublishers.noBody())
			.header("Content-Type", "application/json");
		if (key != null) {
			request.header("Authorization", "Bearer " + key);
		}
		HttpResponse<String> response = HttpClient.newBuilder()
			.version(version)
			.sslContext(context)
			.build()
			.send(request.build(), BodyHandlers.ofString());
		assertThat(response.version()).isEqualTo(version);
		return response;
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "certificates.a=read|server.ssl.client-auth|want",
					"certificates.a=write|\"write\" is no right|produce, read, monitor, admin",
					"certificates.a=admin:orders|\"admin:orders\" is no right|read:orders-*" })
	void refusesWhatCouldNotBeKept(String setting, String what, String action, CapturedOutput output) {
		assertThatThrownBy(() -> SpringApplication
			.run(GatewayApplication.class, "--gateway.security.mode=token", "--gateway.security." + setting,
					"--server.port=0", "--gateway.data-dir=" + this.folder.resolve("data"),
					"--spring.main.register-shutdown-hook=false")
			.close()).isInstanceOf(RuntimeException.class);
		assertThat(output.getAll()).contains("APPLICATION FAILED TO START", what, action).doesNotContain("\tat ");
		assertThat(this.folder.resolve("data")).doesNotExist();
	}

}
