package org.exactlyonce.gateway.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.exactlyonce.gateway.support.EventReader;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The packaged gateway with many readers, with slow ones, and when it stops under them.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LiveReadersIT {

	private static final int IDLE = 1000;

	@TempDir
	private static Path folder;

	private static GatewayProcess process;

	private static GatewayClient gateway;

	@BeforeAll
	static void start() {
		process = GatewayProcess.startWith(List.of("-Xmx1g"), "--gateway.data-dir=" + folder,
				"--gateway.live.reader-timeout=2s", "--gateway.live.max-readers=" + (IDLE + 10));
		gateway = process.client();
	}

	@AfterAll
	static void stop() {
		process.close();
	}

	private static int metric(String path) {
		return gateway.get("/actuator/metrics/" + path).json().at("/measurements/0/value").intValue();
	}

	private static int streams() {
		return metric("gateway.live.readers?tag=kind:stream");
	}

	private static Socket follow(int partition) {
		try {
			Socket socket = new Socket("localhost", process.port());
			socket.setSoTimeout(10_000);
			socket.getOutputStream()
				.write(("GET /partitions/" + partition
						+ "/records HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			return socket;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String read(Socket socket, String until) throws IOException {
		StringBuilder read = new StringBuilder();
		while (read.indexOf(until) < 0) {
			int c = socket.getInputStream().read();
			assertThat(c).as("end of stream after %s", read).isNotNegative();
			read.append((char) c);
		}
		return read.toString();
	}

	@Test
	@Order(1)
	void aThousandIdleReadersCostNoThreadEach() throws IOException {
		List<Socket> readers = new ArrayList<>();
		try {
			for (int i = 0; i < IDLE; i++) {
				readers.add(follow(1));
			}
			for (Socket reader : readers) {
				assertThat(read(reader, "\r\n\r\n")).startsWith("HTTP/1.1 200");
			}
			assertThat(streams()).isEqualTo(IDLE);
			assertThat(metric("jvm.threads.live")).as("64 request threads, and some").isLessThan(130);
			assertThat(gateway.append(0, gateway.newProducer(), 0, "1").status()).isEqualTo(201);
			assertThat(gateway.append(1, gateway.newProducer(), 0, "\"to all\"").status()).isEqualTo(201);
			for (Socket reader : readers) {
				assertThat(read(reader, "\n\n")).contains("id: 0\ndata: {\"topic\":\"records\",\"offset\":0,",
						"\"value\":\"to all\"");
			}
			List<Socket> more = new ArrayList<>();
			for (int i = 0; i < 10; i++) {
				more.add(follow(1));
				read(more.get(i), "\r\n\r\n");
			}
			Answer tooMany = gateway.send("GET", "/partitions/1/records", null, "Accept", "text/event-stream");
			assertThat(tooMany.status()).as(tooMany.text()).isEqualTo(429);
			assertThat(tooMany.code()).isEqualTo("OVERLOADED");
			assertThat(tooMany.header("Retry-After")).isEqualTo("1");
			Answer poll = gateway.send("GET", "/partitions/2/records", null, "Prefer", "wait=5");
			assertThat(poll.status()).isEqualTo(200);
			assertThat(poll.header("Preference-Applied")).as("answered at once").isNull();
			readers.addAll(more);
		}
		finally {
			for (Socket reader : readers) {
				reader.close();
			}
		}
		await().atMost(Duration.ofSeconds(40)).until(() -> streams() == 0);
	}

	@Test
	@Order(2)
	void endsAReaderThatTakesNothingAndServesTheOthers() {
		String large = "\"" + "x".repeat(1 << 20) + "\"";
		long producer = gateway.newProducer();
		try (EventReader stuck = EventReader.open(process.port(), "/partitions/2/records");
				EventReader other = EventReader.open(process.port(), "/partitions/2/records")) {
			stuck.pause();
			for (int i = 0; i < 30; i++) {
				gateway.append(2, producer, i, large);
			}
			other.awaitEvents(30);
			await().atMost(Duration.ofSeconds(20)).until(() -> streams() == 1);
			stuck.goOn();
			await().until(stuck::hasEnded);
			assertThat(stuck.ids()).hasSizeLessThan(30);
			long last = stuck.ids().isEmpty() ? -1 : stuck.ids().get(stuck.ids().size() - 1);
			try (EventReader again = EventReader.open(process.port(), "/partitions/2/records",
					(last >= 0) ? "Last-Event-ID: " + last : "X-First: true")) {
				again.awaitEvents((int) (29 - last));
				assertThat(again.ids()).startsWith(last + 1).endsWith(29L);
			}
		}
		assertThat(process.output()).doesNotContain("ERROR");
	}

	@Test
	@Order(3)
	void endsStreamsPollsAndHeldAppendsCleanlyWhenItIsStopped() {
		long producer = gateway.newProducer();
		gateway.append(3, producer, 0, "0");
		try (EventReader reader = EventReader.open(process.port(), "/partitions/3/records")) {
			reader.awaitEvents(1);
			CompletableFuture<Answer> poll = CompletableFuture
				.supplyAsync(() -> gateway.send("GET", "/partitions/4/records", null, "Prefer", "wait=10"));
			CompletableFuture<Answer> held = CompletableFuture
				.supplyAsync(() -> gateway.send("POST", "/partitions/3/records", new byte[] { '1' }, "Content-Type",
						"application/json", "Producer-Id", "" + producer, "Producer-Seq", "5", "Prefer", "wait=10"));
			await()
				.until(() -> metric("gateway.live.readers?tag=kind:poll") == 1 && metric("gateway.appends.held") == 1);
			long start = System.nanoTime();
			process.terminate();
			assertThat(poll.join().status()).isEqualTo(200);
			assertThat(poll.join().json().get("records")).isEmpty();
			assertThat(held.join().code()).isEqualTo("OUT_OF_ORDER_SEQUENCE_NUMBER");
			assertThat(process.exitCode()).isIn(0, 143);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(9));
			await().until(reader::hasEnded);
			assertThat(reader.hasEndedCleanly()).isTrue();
			assertThat(process.output()).contains("All accepted appends are answered").doesNotContain("ERROR");
		}
	}

}
