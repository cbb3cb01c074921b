package org.exactlyonce.gateway.proof.exhaustion;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.LoadingProducer;
import org.exactlyonce.gateway.support.LogCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * More readers of large pages than fit in a heap of 256 MB, some of which take their page
 * in drops. Appends meanwhile are not affected.
 */
class ReadOverloadIT {

	private static final int READERS = 80;

	private static final int SECONDS = 10;

	@TempDir
	private Path folder;

	private final ConcurrentMap<Integer, Integer> answers = new ConcurrentHashMap<>();

	@Test
	void readersLeaveAppendsAlone() throws InterruptedException {
		try (GatewayProcess gateway = GatewayProcess.startWith(List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError"),
				"--gateway.data-dir=" + this.folder, "--gateway.read.timeout=1s")) {
			GatewayClient client = gateway.client();
			long producer = client.newProducer();
			String megabyte = "\"" + "x".repeat(1_000_000) + "\"";
			for (int sequence = 0; sequence < 12; sequence++) {
				assertThat(client.append(0, producer, sequence, megabyte).status()).isEqualTo(201);
			}
			LoadingProducer appending = new LoadingProducer(client.newProducer(), 1).start(client);
			read(gateway.port());
			appending.stop();
			System.out.printf("[read overload] answers %s, %d appends meanwhile, slowest %d ms%n", this.answers,
					appending.acknowledged(), appending.slowest().toMillis());
			assertThat(this.answers).containsOnlyKeys(200, 429).hasSize(2);
			assertThat(appending.refused()).isZero();
			assertThat(appending.acknowledged()).isGreaterThan(SECONDS * 2);
			assertThat(appending.slowest()).isLessThan(Duration.ofSeconds(5));
			LogCheck.holds(client, 1, List.of(appending));
			assertThat(client.get("/partitions/0/records").json().get("records")).as("memory is given back").hasSize(8);
		}
	}

	private void read(int port) throws InterruptedException {
		ExecutorService readers = Executors.newFixedThreadPool(READERS);
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
		for (int i = 0; i < READERS; i++) {
			boolean slow = i % 8 == 0;
			readers.execute(() -> {
				while (System.nanoTime() < end) {
					this.answers.merge(read(port, slow), 1, Integer::sum);
				}
			});
		}
		readers.shutdown();
		assertThat(readers.awaitTermination(3 * SECONDS, TimeUnit.SECONDS)).isTrue();
	}

	/**
	 * Reads a page and returns its status; one that is taken in drops is left in the end.
	 */
	private static int read(int port, boolean slow) {
		try (Socket socket = new Socket()) {
			if (slow) {
				socket.setReceiveBufferSize(8 * 1024);
			}
			socket.connect(new InetSocketAddress("localhost", port));
			socket.setSoTimeout(30_000);
			socket.getOutputStream()
				.write("GET /partitions/0/records HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
					.getBytes(StandardCharsets.US_ASCII));
			InputStream in = socket.getInputStream();
			String status = new String(in.readNBytes(12), StandardCharsets.US_ASCII);
			for (int i = 0; slow && i < 30; i++) {
				in.readNBytes(1000);
				// slow, which is what is tested
				Thread.sleep(50);
			}
			if (!slow) {
				in.transferTo(java.io.OutputStream.nullOutputStream());
			}
			return Integer.parseInt(status.substring(9));
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
