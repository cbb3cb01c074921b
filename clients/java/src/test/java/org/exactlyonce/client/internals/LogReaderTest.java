package org.exactlyonce.client.internals;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.exactlyonce.client.Position;
import org.exactlyonce.client.ReaderSettings;
import org.exactlyonce.client.ReceivedRecord;
import org.exactlyonce.client.RecordReader;
import org.exactlyonce.client.Transport;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How a reader finds where to begin.
 */
class LogReaderTest {

	private static final Duration LATENCY = Duration.ofMillis(8);

	private static final int END = 1_000_000;

	@Test
	void searchForATimeGoesOnFromPollToPoll() {
		LogReader reader = new LogReader(settings(LogReaderTest::answer), "records", 0,
				Position.at(Instant.ofEpochSecond(777_777)));
		ReceivedRecord first = null;
		for (int polls = 0; polls < 100 && first == null; polls++) {
			first = reader.poll(Duration.ofMillis(20));
		}
		reader.close();
		assertThat(first).isNotNull();
		assertThat(first.offset()).isEqualTo(777_777);
	}

	@Test
	void pollsThatDoNotWaitAskNoGatewayWithoutAPause() {
		AtomicInteger requests = new AtomicInteger();
		LogReader reader = new LogReader(settings((request) -> {
			requests.incrementAndGet();
			return CompletableFuture.failedFuture(new IOException("connection refused"));
		}), "records", 0, Position.earliest());
		long end = System.nanoTime() + Duration.ofMillis(350).toNanos();
		while (System.nanoTime() < end) {
			assertThat(reader.poll(Duration.ZERO)).isNull();
		}
		reader.close();
		assertThat(requests).as("after 0, 100 and 300 ms").hasValueBetween(1, 3);
	}

	@Test
	void asksAgainAfterAPauseWhereAGatewayDoesNotWait() {
		AtomicInteger requests = new AtomicInteger();
		LogReader reader = new LogReader(settings((request) -> {
			requests.incrementAndGet();
			return answer("{\"records\": [], \"nextOffset\": 0, \"logEndOffset\": 0}");
		}), "records", 0, Position.offset(0));
		assertThat(reader.poll(Duration.ofMillis(450))).isNull();
		reader.close();
		assertThat(requests).as("every 100 ms").hasValueBetween(1, 5);
	}

	@Test
	void latestOfATopicIsWhatItWasForAllPartitionsWhenTheReadingBegan() {
		Queue<String> asked = new ConcurrentLinkedQueue<>();
		RecordReader reader = RecordReader.open(settings((request) -> {
			asked.add(request.uri().getPath() + "?" + request.uri().getQuery());
			return answer(request.uri().getPath().endsWith("/partitions")
					? "{\"partitions\": [{\"partition\": 0, \"logEndOffset\": 5}, {\"partition\": 1, \"logEndOffset\": 7}]}"
					: "{\"records\": [], \"nextOffset\": 9, \"logEndOffset\": 9}");
		}), "orders", Position.latest());
		assertThat(reader.poll(Duration.ofMillis(50))).isNull();
		reader.close();
		assertThat(asked).anyMatch((path) -> path.contains("/partitions/0/records?offset=5&"))
			.anyMatch((path) -> path.contains("/partitions/1/records?offset=7&"))
			.noneMatch((path) -> path.matches(".*/partitions/\\d+\\?.*"));
	}

	private static ReaderSettings settings(Transport transport) {
		return new ReaderSettings(List.of(URI.create("http://gateway/")), null, null, Duration.ofSeconds(5),
				Duration.ofSeconds(1), 10, transport);
	}

	private static CompletableFuture<Transport.Response> answer(String body) {
		return CompletableFuture
			.completedFuture(new Transport.Response(200, Map.of(), body.getBytes(StandardCharsets.UTF_8)));
	}

	/** A log whose record n was appended in second n. */
	private static CompletableFuture<Transport.Response> answer(Transport.Request request) {
		String uri = request.uri().toString();
		String body = "{\"partition\": 0, \"logStartOffset\": 0, \"logEndOffset\": " + END + "}";
		if (uri.contains("offset=")) {
			long offset = Long.parseLong(uri.replaceAll(".*offset=(\\d+).*", "$1"));
			body = "{\"records\": [{\"offset\": " + offset + ", \"timestamp\": \"2026-01-01T00:00:00Z\", "
					+ "\"appendedAt\": \"" + Instant.ofEpochSecond(offset) + "\", \"value\": 1}], \"nextOffset\": "
					+ (offset + 1) + "}";
		}
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		return CompletableFuture.supplyAsync(() -> new Transport.Response(200, Map.of(), bytes),
				CompletableFuture.delayedExecutor(LATENCY.toMillis(), TimeUnit.MILLISECONDS));
	}

}
