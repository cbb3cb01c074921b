package org.exactlyonce.client.kafka;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.exactlyonce.client.OutgoingRecord;
import org.exactlyonce.client.NotStoredException;
import org.exactlyonce.client.ProducerSettings;
import org.exactlyonce.client.Receipt;
import org.exactlyonce.client.RecordProducer;
import org.exactlyonce.client.Value;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * How long a send blocks where it waits for several things, one after the other.
 */
@Timeout(60)
class MaxBlockTest {

	private static final Duration MAX_BLOCK = Duration.ofSeconds(2);

	/** What a second wait of the whole time would exceed, and one does not. */
	private static final Duration MOST = Duration.ofMillis(3200);

	private static final String LARGE = "x".repeat(1500);

	private HttpServer gateway;

	/** After how many milliseconds partitions are told. */
	private volatile long delayMillis;

	@BeforeEach
	void start() throws IOException {
		this.gateway = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
		// Nothing else is answered.
		this.gateway.createContext("/", (exchange) -> {
			if (exchange.getRequestURI().getPath().endsWith("/partitions")) {
				CompletableFuture.delayedExecutor(this.delayMillis, TimeUnit.MILLISECONDS)
					.execute(() -> answer(exchange));
			}
		});
		this.gateway.start();
	}

	@AfterEach
	void stop() {
		this.gateway.stop(0);
	}

	@Test
	void roomIsWaitedForWithTheTimeThatThePartitionsLeft() throws Exception {
		Map<String, Object> settings = Map.of("bootstrap.servers", url(), "buffer.memory", 2500L, "max.block.ms",
				MAX_BLOCK.toMillis());
		GatewayProducer<String, String> producer = new GatewayProducer<>(settings, new StringSerializer(),
				new StringSerializer());
		Future<RecordMetadata> first = producer.send(new ProducerRecord<>("records", 0, null, LARGE));
		this.delayMillis = 1500;
		long before = System.nanoTime();
		Future<RecordMetadata> second = producer.send(new ProducerRecord<>("orders", 0, null, LARGE));
		assertThat(Duration.ofNanos(System.nanoTime() - before)).isBetween(MAX_BLOCK.minusMillis(100), MOST);
		assertThatThrownBy(second::get).hasCauseInstanceOf(TimeoutException.class);
		assertThat(first).isNotDone();
		producer.close(Duration.ZERO);
	}

	@Test
	void roomIsWaitedForWithTheTimeThatANewerCountLeft() throws Exception {
		RecordProducer producer = RecordProducer
			.open(ProducerSettings.builder(url()).bufferBytes(2500).maxBlock(MAX_BLOCK).build());
		assertThat(producer.partitions("records")).isEqualTo(1);
		producer.send(outgoing(0));
		this.delayMillis = 60_000;
		long before = System.nanoTime();
		CompletableFuture<Receipt> second = producer.send(outgoing(1));
		assertThat(Duration.ofNanos(System.nanoTime() - before)).isBetween(MAX_BLOCK.minusMillis(100), MOST);
		assertThatThrownBy(second::get).hasCauseInstanceOf(NotStoredException.class);
		producer.close(Duration.ZERO);
	}

	@Test
	void textThatLooksLikeJsonWaitsOnceForANewerCount() {
		Map<String, Object> settings = Map.of("bootstrap.servers", url(), "max.block.ms", MAX_BLOCK.toMillis());
		GatewayProducer<String, String> producer = new GatewayProducer<>(settings, new StringSerializer(),
				new StringSerializer());
		assertThat(producer.partitionsFor("records")).hasSize(1);
		this.delayMillis = 60_000;
		long before = System.nanoTime();
		Future<RecordMetadata> sent = producer.send(new ProducerRecord<>("records", 1, null, "{ is no JSON"));
		assertThat(Duration.ofNanos(System.nanoTime() - before)).isBetween(MAX_BLOCK.minusMillis(100), MOST);
		assertThat(sent).isNotDone();
		producer.close(Duration.ZERO);
	}

	private static OutgoingRecord outgoing(int partition) {
		return new OutgoingRecord(partition, Value.text(LARGE));
	}

	private String url() {
		return "http://localhost:" + this.gateway.getAddress().getPort();
	}

	private static void answer(HttpExchange exchange) {
		byte[] body = "{\"partitions\": [{\"partition\": 0}]}".getBytes(StandardCharsets.UTF_8);
		try (exchange) {
			exchange.sendResponseHeaders(200, body.length);
			exchange.getResponseBody().write(body);
		}
		catch (IOException ex) {
			// Nobody waits for it any more.
		}
	}

}
