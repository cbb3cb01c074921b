package org.exactlyonce.gateway.proof.outage;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.support.GatewayProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The answers to clients that use open connections, one request after the other, while
 * the gateway stops.
 */
class ShutdownIT {

	private static final int CONNECTIONS = 30;

	private static final String APPEND = "POST /partitions/0/records HTTP/1.1\r\nHost: localhost\r\n"
			+ "Content-Type: application/json\r\nContent-Length: 26\r\n\r\n{\"records\":[";

	private static final String REST = "{\"value\": 1}]}";

	@TempDir
	private Path folder;

	private final Queue<String> answers = new ConcurrentLinkedQueue<>();

	@Test
	void storesOrAsksToComeAgain() throws IOException {
		ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
		try (GatewayProcess gateway = GatewayProcess.start("--gateway.data-dir=" + this.folder);
				Socket begun = new Socket("localhost", gateway.port())) {
			List<CompletableFuture<Void>> clients = IntStream.range(0, CONNECTIONS)
				.mapToObj((i) -> CompletableFuture.runAsync(() -> append(gateway.port()), threads))
				.toList();
			send(begun, APPEND);
			await().until(() -> this.answers.size() > 20 * CONNECTIONS);
			gateway.terminate();
			clients.forEach(CompletableFuture::join);
			send(begun, REST);
			begun.setSoTimeout(10_000);
			assertThat(answer(begun)).as("what was begun before").startsWith("HTTP/1.1 201");
			assertThat(gateway.exitCode()).isEqualTo(143);
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(this.answers).allSatisfy((answer) -> assertThat(answer).matches("(?s)HTTP/1.1 (201|503).*"));
		assertThat(this.answers.stream().filter((answer) -> answer.startsWith("HTTP/1.1 503"))).allSatisfy(
				(answer) -> assertThat(answer).contains("\"same-request\"").containsIgnoringCase("\r\nRetry-After: "));
	}

	/** Appends until the gateway closes the connection. */
	private void append(int port) {
		try (Socket socket = new Socket("localhost", port)) {
			socket.setSoTimeout(10_000);
			while (true) {
				send(socket, APPEND + REST);
				String answer = answer(socket);
				if (answer.isEmpty()) {
					return;
				}
				this.answers.add(answer);
			}
		}
		catch (IOException ex) {
			// closed
		}
	}

	private static void send(Socket socket, String text) throws IOException {
		socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
	}

	/** An answer, which ends with a chunk of no bytes or, if it is a problem, a brace. */
	private static String answer(Socket socket) throws IOException {
		byte[] bytes = new byte[8 * 1024];
		int length = 0;
		String text = "";
		do {
			int read = socket.getInputStream().read(bytes, length, bytes.length - length);
			if (read < 0) {
				return text;
			}
			length += read;
			text = new String(bytes, 0, length, StandardCharsets.US_ASCII);
		}
		while (!text.endsWith("\r\n0\r\n\r\n") && !text.endsWith("}"));
		return text;
	}

}
