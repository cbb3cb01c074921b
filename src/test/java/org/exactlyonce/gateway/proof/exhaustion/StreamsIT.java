package org.exactlyonce.gateway.proof.exhaustion;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.exactlyonce.gateway.support.Certificates;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.Http2;
import org.exactlyonce.gateway.support.Http2Wire;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Few connections of HTTP/2 with more requests than a small heap has room for.
 */
class StreamsIT {

	private static final int CONNECTIONS = 200;

	/** What Tomcat runs of a connection; without virtual threads it queues the rest. */
	private static final int REQUESTS = (Runtime.version().feature() >= 21) ? 100 : 20;

	/** Virtual threads would be as many as there are requests. */
	private static final String THREADS = "--server.tomcat.threads.max=600";

	@TempDir
	private Path folder;

	private GatewayProcess gateway;

	@BeforeEach
	void start() {
		List<String> arguments = new ArrayList<>(
				List.of("--gateway.data-dir=" + this.folder, "--server.ssl.bundle=web", THREADS));
		Certificates.shared()
			.issue("gateway", "dns:localhost,ip:127.0.0.1")
			.bundle("web")
			.forEach((setting) -> arguments.add("--" + setting));
		this.gateway = GatewayProcess.launchWith(List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError"),
				arguments.toArray(String[]::new));
		await().atMost(Duration.ofSeconds(60)).until(() -> this.gateway.output().contains("Tomcat started on port"));
		HttpClient client = Http2.client(Certificates.shared().client(null));
		Http2.speak(this.gateway.port(), client);
		await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(this::isReady);
	}

	@AfterEach
	void end() {
		this.gateway.close();
	}

	private boolean isReady() {
		return new GatewayClient(this.gateway.port(), Duration.ofSeconds(5)).get("/actuator/health/readiness")
			.status() == 200;
	}

	/** Answers wait for their clients, and bodies that have begun have their buffers. */
	@Test
	void takesNoMoreRequestsThanTheHeapHasRoomFor() throws IOException {
		List<Http2Wire> connections = new ArrayList<>();
		try {
			for (int i = 0; i < CONNECTIONS; i++) {
				Http2Wire connection = new Http2Wire(this.gateway.port(), 0);
				connections.add(connection);
				fill(connection);
			}
			assertThat(this.gateway.output()).doesNotContain("OutOfMemoryError");
			await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(this::isReady);
		}
		finally {
			for (Http2Wire connection : connections) {
				connection.close();
			}
			assertThat(this.gateway.output()).doesNotContain("OutOfMemoryError");
		}
	}

	private static void fill(Http2Wire connection) throws IOException {
		for (int i = 0; i < REQUESTS / 5; i++) {
			connection.begin("GET", "/", "*/*");
		}
		for (int i = 0; i < REQUESTS - REQUESTS / 5; i++) {
			int stream = connection.begin("POST", "/partitions/0/records", "application/x-ndjson");
			connection.send(stream, new byte[] { ' ' }, false);
		}
	}

}
