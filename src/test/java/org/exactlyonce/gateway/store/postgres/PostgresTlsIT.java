package org.exactlyonce.gateway.store.postgres;

import java.nio.file.Path;
import java.util.List;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.exactlyonce.gateway.support.Certificates;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.gateway.support.StartAttempt.assertRefused;

/**
 * A PostgreSQL over TLS whose certificate and name are verified.
 */
@ExtendWith(OutputCaptureExtension.class)
class PostgresTlsIT {

	@TempDir
	private Path folder;

	@Test
	void talksToAServerThatItTrustsAndToNoOther(CapturedOutput output) throws Exception {
		Certificates authority = Certificates.shared();
		Certificates other = new Certificates(this.folder);
		try (EmbeddedPostgres server = PostgresServer.startOverTls(authority.issue("postgres", "dns:localhost"))) {
			String url = "jdbc:postgresql://localhost:" + server.getPort() + "/postgres";
			try (GatewayInProcess gateway = GatewayInProcess
				.on(arguments(url, authority.authority()).toArray(String[]::new))) {
				GatewayClient client = gateway.client();
				assertThat(client.append(0, client.newProducer(), 0, "1").status()).isEqualTo(201);
			}
			assertRefused(output, arguments(url, other.authority()), "over TLS", "sslrootcert", "path");
			assertRefused(output, arguments(url.replace("localhost", "127.0.0.1"), authority.authority()), "over TLS",
					"127.0.0.1", "a name in its certificate");
		}
		assertRefused(output, arguments(PostgresServer.newDatabase(), authority.authority()), "over TLS",
				"does not support SSL", "ssl = on");
	}

	private static List<String> arguments(String url, Path authority) {
		return List.of("--spring.datasource.url=" + url + "?sslmode=verify-full&sslrootcert=" + authority,
				"--spring.datasource.username=postgres");
	}

}
