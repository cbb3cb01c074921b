package org.exactlyonce.gateway.proof.exhaustion;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.exactlyonce.gateway.support.GatewayProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Many uploads of tiny lines that stop before their end, and a small heap: each record
 * takes many times what its line does. Virtual threads would read as many at a time; so
 * do the threads here.
 */
class SlowLinesIT {

	private static final int CLIENTS = 300;

	private static final String REFUSED = "HTTP/1.1 429";

	@TempDir
	private Path folder;

	@Test
	void takesNoMoreRecordsThanTheHeapHasRoomFor() throws IOException {
		byte[] upload = ("POST /records HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
				+ "Content-Length: 1000000\r\n\r\n" + "{\"value\":1}\n".repeat(9_990))
			.getBytes(StandardCharsets.US_ASCII);
		List<Socket> sockets = new ArrayList<>();
		try (GatewayProcess gateway = GatewayProcess.startWith(List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError"),
				"--gateway.data-dir=" + this.folder, "--server.tomcat.threads.max=" + 2 * CLIENTS,
				"--gateway.request.body-timeout=60s")) {
			for (int i = 0; i < CLIENTS; i++) {
				Socket socket = new Socket("localhost", gateway.port());
				sockets.add(socket);
				socket.getOutputStream().write(upload);
			}
			List<Socket> waiting = new ArrayList<>(sockets);
			await().atMost(Duration.ofSeconds(30)).until(() -> {
				waiting.removeIf(SlowLinesIT::isRefused);
				return waiting.size() < CLIENTS / 2;
			});
			assertThat(gateway.client().get("/actuator/health/liveness").status()).isEqualTo(200);
			assertThat(gateway.output()).doesNotContain("OutOfMemoryError");
		}
		finally {
			for (Socket socket : sockets) {
				socket.close();
			}
		}
	}

	/** Its answer comes while the gateway waits for the rest of the body. */
	private static boolean isRefused(Socket socket) {
		try {
			InputStream in = socket.getInputStream();
			if (in.available() < REFUSED.length()) {
				return false;
			}
			assertThat(in.readNBytes(REFUSED.length())).asString(StandardCharsets.US_ASCII).isEqualTo(REFUSED);
			return true;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
