package org.exactlyonce.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.OwnKafka;
import org.exactlyonce.gateway.support.PostgresServer;
import org.exactlyonce.gateway.support.RawAnswer;
import org.exactlyonce.gateway.support.RelayCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How old a record is when a consumer of committed records gets it, at a steady load of
 * single appends of 100 bytes. The gateway, the broker, the database, the senders and the
 * consumer share the machine, so its clock is one.
 */
class RelayLagBenchmark {

	private static final int APPENDS_PER_SECOND = Integer.getInteger("relay.appends", 5_000);

	private static final int SENDERS = 64;

	private static final int PARTITIONS = 8;

	private static final Duration WARM_UP = Duration.ofSeconds(30);

	private static final Duration MEASURED = Duration.ofSeconds(30);

	private static final String VALUE = "\"" + "x".repeat(98) + "\"";

	@TempDir
	private Path folder;

	@Test
	void measuresOnH2() throws Exception {
		measure("H2", "--gateway.data-dir=" + this.folder.resolve("log"));
	}

	@Test
	void measuresOnPostgres() throws Exception {
		measure("PostgreSQL", GatewayProcess.onPostgres(PostgresServer.newDatabase()));
	}

	private void measure(String store, String... database) throws Exception {
		List<String> arguments = new ArrayList<>(List.of(database));
		try (OwnKafka kafka = new OwnKafka(this.folder)) {
			arguments.addAll(List.of("--gateway.relay.enabled=true", "--gateway.partitions=" + PARTITIONS,
					"--spring.kafka.bootstrap-servers=" + kafka.address()));
			try (GatewayProcess gateway = GatewayProcess.startOptimised(arguments.toArray(String[]::new))) {
				for (int partition = 0; partition < PARTITIONS; partition++) {
					RelayCheck.awaitRelayed(gateway.client(), partition, Duration.ofSeconds(30));
				}
				long start = System.nanoTime();
				long measured = start + WARM_UP.toNanos();
				long end = measured + MEASURED.toNanos();
				ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
				List<Future<Integer>> sending = new ArrayList<>();
				for (int sender = 0; sender < SENDERS; sender++) {
					int partition = sender % PARTITIONS;
					sending.add(senders.submit(() -> send(gateway, partition, start, measured, end)));
				}
				long[] lags = consume(kafka, measured, end);
				int sent = 0;
				for (Future<Integer> each : sending) {
					sent += each.get();
				}
				senders.shutdown();
				Arrays.sort(lags);
				System.out.printf(
						"%s, JDK %s: %.0f appends/s, %d records consumed, lag p50 %d ms, p99 %d ms, longest %d ms%n",
						store, Runtime.version().feature(), sent / (double) MEASURED.toSeconds(), lags.length,
						lags[lags.length / 2], lags[lags.length * 99 / 100], lags[lags.length - 1]);
				assertThat(lags.length).isGreaterThan(sent / 2);
			}
		}
	}

	/** Returns how many appends it has had answered in the measured time. */
	private static int send(GatewayProcess gateway, int partition, long start, long measured, long end)
			throws IOException {
		long producer = gateway.client().newProducer();
		long pause = Duration.ofSeconds(1).toNanos() * SENDERS / APPENDS_PER_SECOND;
		int counted = 0;
		try (Socket socket = new Socket("localhost", gateway.port())) {
			socket.setTcpNoDelay(true);
			InputStream in = socket.getInputStream();
			long due = start;
			for (long sequence = 0; System.nanoTime() < end; sequence++) {
				due += pause;
				LockSupport.parkNanos(due - System.nanoTime());
				socket.getOutputStream()
					.write(("POST /partitions/" + partition + "/records HTTP/1.1\r\nHost: localhost\r\n"
							+ "Content-Type: application/json\r\nProducer-Id: " + producer + "\r\nProducer-Seq: "
							+ sequence + "\r\nContent-Length: " + VALUE.length() + "\r\n\r\n" + VALUE)
						.getBytes(StandardCharsets.US_ASCII));
				assertThat(RawAnswer.read(in)).startsWith("HTTP/1.1 201 ");
				counted += (System.nanoTime() > measured) ? 1 : 0;
			}
		}
		return counted;
	}

	private static long[] consume(OwnKafka kafka, long measured, long end) {
		List<Long> lags = new ArrayList<>();
		List<TopicPartition> all = IntStream.range(0, PARTITIONS)
			.mapToObj((partition) -> new TopicPartition("records", partition))
			.toList();
		try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
				Map.of("bootstrap.servers", kafka.address(), "isolation.level", "read_committed"),
				new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
			consumer.assign(all);
			consumer.seekToBeginning(all);
			while (System.nanoTime() < end) {
				for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
					if (System.nanoTime() > measured) {
						lags.add(System.currentTimeMillis() - record.timestamp());
					}
				}
			}
		}
		return lags.stream().mapToLong(Long::longValue).toArray();
	}

}
