package org.exactlyonce.gateway.access;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.exactlyonce.gateway.GatewayApplication;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.security.web.SecurityFilterChain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What a start says of its mode, and what it refuses.
 */
@ExtendWith(OutputCaptureExtension.class)
class ModesAtTheStartTest {

	@TempDir
	private Path folder;

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
			"--gateway.security.mode=token|no credential to begin with|GATEWAY_SECURITY_ADMIN_KEY",
			"--gateway.security.mode=token --gateway.security.admin-key=short|admin-key has 5 characters, must have 32|openssl",
			"--gateway.security.mode=locl|locl|LOCAL",
			"--gateway.quotas.default.producers=5|gateway.quotas.default.producers is set|gateway.security.mode to token",
			"--gateway.quotas.[a.b].live-readers=5 --gateway.security.mode=open|gateway.quotas.a.b.live-readers is set|or take the quotas out",
			"--gateway.cors.allowed-origins=https://a.example/|https://a.example/|without a path" })
	void refusesAModeItCannotKeep(String argument, String what, String action, CapturedOutput output) {
		assertThatThrownBy(() -> SpringApplication
			.run(GatewayApplication.class,
					(argument + " --gateway.data-dir=" + this.folder.resolve("data")
							+ " --server.port=0 --spring.main.register-shutdown-hook=false")
						.split(" "))
			.close()).isInstanceOf(RuntimeException.class);
		assertThat(output.getAll()).contains("APPLICATION FAILED TO START", what, action).doesNotContain("\tat ");
		if (argument.contains("mode")) {
			assertThat(this.folder.resolve("data")).doesNotExist();
		}
	}

	@ParameterizedTest
	@CsvSource({ "local,false", "open,false", "token,true" })
	void springSecurityIsThereInTheModeTokenAlone(String mode, boolean there) {
		try (ConfigurableApplicationContext context = SpringApplication.run(GatewayApplication.class,
				"--gateway.security.mode=" + mode, "--gateway.security.admin-key=a-key-of-this-test-0123456789abcdef",
				"--gateway.data-dir=" + this.folder.resolve("data"), "--server.port=0",
				"--spring.main.register-shutdown-hook=false")) {
			assertThat(context.containsBean("springSecurityFilterChain")).isEqualTo(there);
			assertThat(context.getBeanNamesForType(SecurityFilterChain.class)).hasSize(there ? 1 : 0);
		}
	}

	@Test
	void warnsOfWhatLetsOthersWrite(CapturedOutput output) throws IOException {
		try (GatewayInProcess gateway = GatewayInProcess.onH2(this.folder, "--gateway.security.mode=open",
				"--logging.level.org.exactlyonce.gateway=info", "--gateway.cors.allowed-origins=*")) {
			assertThat(output.getAll()).contains("WARN")
				.contains("gateway.security.mode is open", "gateway.cors.allowed-origins has *",
						"access      open: all that reach the port");
			for (String origin : List.of("https://elsewhere.example", "null")) {
				Answer answer = gateway.client().send("POST", "/producers", null, "Origin", origin);
				assertThat(answer.status()).isEqualTo(201);
				assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("*");
			}
		}
	}

	@Test
	void managementPortIsOfThisMachineToo(CapturedOutput output) throws IOException {
		try (GatewayInProcess gateway = GatewayInProcess.onH2(this.folder, "--management.server.port=0",
				"--management.endpoint.loggers.access=unrestricted",
				"--management.endpoints.web.exposure.include=health,loggers")) {
			List<Integer> ports = output.getAll()
				.lines()
				.filter((line) -> line.contains("Tomcat started on port "))
				.map((line) -> Integer.valueOf(line.replaceAll(".*on port (\\d+) .*", "$1")))
				.toList();
			int management = ports.get(ports.size() - 1);
			assertThat(gateway.client().get("/actuator/health").status()).as("not the API's port").isEqualTo(404);
			assertThat(RawRequest.send(management,
					"GET /actuator/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
				.startsWith("HTTP/1.1 200");
			assertThat(RawRequest.send(management,
					"GET /actuator/health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
				.startsWith("HTTP/1.1 403")
				.contains("\"FORBIDDEN\"");
			assertThat(RawRequest.send(management,
					"POST /actuator/loggers/a HTTP/1.1\r\nHost: localhost\r\n"
							+ "Origin: https://elsewhere.example\r\nContent-Length: 0\r\n\r\n"))
				.startsWith("HTTP/1.1 403")
				.contains("\"FORBIDDEN_ORIGIN\"");
		}
	}

}
