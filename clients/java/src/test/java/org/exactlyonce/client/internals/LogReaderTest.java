package org.exactlyonce.client.internals;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.exactlyonce.client.Position;
import org.exactlyonce.client.ReaderSettings;
import org.exactlyonce.client.ReceivedRecord;
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
		LogReader reader = new LogReader(
				new ReaderSettings(List.of(URI.create("http://gateway/")), null, null, Duration.ofSeconds(5),
						Duration.ofSeconds(1), 10, LogReaderTest::answer),
				"records", 0, Position.at(Instant.ofEpochSecond(777_777)));
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
		LogReader reader = new LogReader(new ReaderSettings(List.of(URI.create("http://gateway/")), null, null,
				Duration.ofSeconds(5), Duration.ofSeconds(1), 10, (request) -> {
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
