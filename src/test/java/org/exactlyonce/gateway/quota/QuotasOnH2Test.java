package org.exactlyonce.gateway.quota;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.exactlyonce.gateway.support.OnH2;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

@OnH2
class QuotasOnH2Test extends QuotasContract {

	@Test
	void leavesTheBodyUnreadAndClosesTheConnection() {
		String key = key("small");
		assertThat(append(key, new byte[50_000]).status()).isIn(201, 429);
		String answer = assertTimeoutPreemptively(Duration.ofSeconds(10),
				() -> announce("/partitions/0/records", key, ""));
		assertThat(answer).startsWith("HTTP/1.1 429")
			.contains("Connection: close", "RateLimit: \"bytes\";r=0;t=", "QUOTA_EXCEEDED");
	}

	@Test
	void doesNotChargeWhatWasAskedForAndNeverSent() {
		String key = key("asks");
		String answer = assertTimeoutPreemptively(Duration.ofSeconds(10),
				() -> announce("/keys", key, "Expect: 100-continue\r\n"));
		assertThat(answer).startsWith("HTTP/1.1 403");
		assertThat(append(key, new byte[10]).status()).isEqualTo(201);
	}

	/** Sends no byte of the body, and reads until the connection is closed. */
	private String announce(String path, String key, String more) throws IOException {
		try (Socket socket = new Socket("localhost", port())) {
			socket.getOutputStream()
				.write(("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + key + "\r\n" + more
						+ "Content-Type: text/plain\r\nContent-Length: 100000\r\n\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
		}
	}

}
