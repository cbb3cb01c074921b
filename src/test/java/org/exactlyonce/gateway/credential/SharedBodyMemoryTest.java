package org.exactlyonce.gateway.credential;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.micrometer.core.instrument.MeterRegistry;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Bodies that stop arriving keep the memory that their sender may have, and leave some to
 * the others.
 */
class SharedBodyMemoryTest {

	private static final String SMALL = "{\"records\": [{\"value\": \"" + "x".repeat(40_000) + "\"}]}";

	@TempDir
	private Path folder;

	@Test
	void onePrincipalLeavesSomeToAnother() throws IOException {
		try (GatewayInProcess running = gateway()) {
			TokenGateway gateway = new TokenGateway(running.client());
			String greedy = gateway.make("greedy", "{\"may\": [\"produce\"]}", null).json().get("key").asString();
			String other = gateway.make("other", "{\"may\": [\"produce\"]}", null).json().get("key").asString();
			try (Stalled stalled = new Stalled(running.port())) {
				for (int i = 1; i <= 8; i++) {
					stalled.upload("/partitions/0/records", "Authorization: Bearer " + greedy, 100_000);
					awaitBuffered(running, i * 100_000);
				}
				assertThat(gateway.send(greedy, "POST", "/partitions/0/records", SMALL).status()).isEqualTo(429);
				assertThat(gateway.send(other, "POST", "/partitions/0/records", SMALL).status()).isEqualTo(201);
			}
		}
	}

	@Test
	void whoseSenderIsNotKnownYetHaveAQuarter() throws IOException {
		try (GatewayInProcess running = gateway("--gateway.webhooks.code.topic=records",
				"--gateway.webhooks.code.signature=github", "--gateway.webhooks.code.secrets=code-secret")) {
			TokenGateway gateway = new TokenGateway(running.client());
			try (Stalled stalled = new Stalled(running.port())) {
				for (int i = 1; i <= 12; i++) {
					stalled.upload("/webhooks/code",
							"X-Hub-Signature-256: sha256=" + "0".repeat(64) + "\r\nX-GitHub-Delivery: " + i, 100_000);
					awaitBuffered(running, Math.min(i, 2) * 100_000);
				}
				String large = "{\"records\": [{\"value\": \"" + "x".repeat(150_000) + "\"}]}";
				assertThat(gateway.send(TokenGateway.ADMIN_KEY, "POST", "/partitions/0/records", large).status())
					.isEqualTo(201);
			}
		}
	}

	/** One by one: those that come at once may refuse one another. */
	private static void awaitBuffered(GatewayInProcess gateway, int bytes) {
		await().until(() -> gateway.context()
			.getBean(MeterRegistry.class)
			.get("gateway.requests.buffered")
			.gauge()
			.value() > bytes);
	}

	private GatewayInProcess gateway(String... more) {
		List<String> settings = new ArrayList<>(List.of("--gateway.security.mode=token",
				"--gateway.security.admin-key=" + TokenGateway.ADMIN_KEY, "--gateway.request.max-bytes=200KB",
				"--gateway.request.max-buffered-bytes=1MB", "--gateway.request.body-timeout=60s"));
		settings.addAll(List.of(more));
		return GatewayInProcess.onH2(this.folder, settings.toArray(String[]::new));
	}

	/** Uploads that stop one byte before their end. */
	private record Stalled(int port, List<Socket> sockets) implements AutoCloseable {

		private Stalled(int port) {
			this(port, new ArrayList<>());
		}

		private void upload(String path, String header, int bytes) throws IOException {
			Socket socket = new Socket("localhost", this.port);
			this.sockets.add(socket);
			String head = "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n%s\r\nContent-Length: %d\r\n\r\n"
				.formatted(path, header, bytes);
			socket.getOutputStream().write((head + "x".repeat(bytes - 1)).getBytes(StandardCharsets.ISO_8859_1));
		}

		@Override
		public void close() throws IOException {
			for (Socket socket : this.sockets) {
				socket.close();
			}
		}

	}

}
