package org.exactlyonce.client.internals;

import java.io.IOException;
import java.lang.ref.WeakReference;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.exactlyonce.client.LogMismatchException;
import org.exactlyonce.client.OffsetOutOfRangeException;
import org.exactlyonce.client.Position;
import org.exactlyonce.client.ReaderSettings;
import org.exactlyonce.client.ReceivedRecord;
import org.exactlyonce.client.RecordReader;
import org.exactlyonce.client.Transport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Where a reader begins, and what ends it.
 */
@Timeout(30)
class LogReaderTest {

	@Test
	void waitsOnForTheAnswerFromPollToPoll() {
		AtomicInteger requests = new AtomicInteger();
		LogReader reader = new LogReader(settings((request) -> {
			requests.incrementAndGet();
			return CompletableFuture.supplyAsync(() -> response(200, page(7, 8)),
					CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS));
		}), "records", 0, Position.at(Instant.EPOCH));
		ReceivedRecord first = null;
		for (int polls = 0; polls < 500 && first == null; polls++) {
			first = reader.poll(Duration.ofMillis(20));
		}
		reader.close();
		assertThat(first).isNotNull();
		assertThat(first.offset()).isEqualTo(7);
		assertThat(requests).hasValue(1);
	}

	@ParameterizedTest
	@CsvSource({ "1970-01-01T00:12:57Z, since=1970-01-01T00:12:57Z",
			"2026-11-23T10:00:00.123Z, since=2026-11-23T10:00:00.123Z",
			"2026-11-23T10:00:00.123000001Z, since=2026-11-23T10:00:00.124Z",
			"-1000000000-01-01T00:00:00Z, since=0000-01-01T00:00:00Z",
			"+1000000000-12-31T23:59:59.999999999Z, since=9999-12-31T23:59:59.999Z", ", offset=earliest" })
	void retentionCannotComeBetweenAStartAndItsFirstPage(Instant time, String asked) {
		LogReader reader = new LogReader(settings((request) -> {
			String uri = request.uri().toString();
			if (!uri.contains("/records?")) {
				return answer("{\"partition\": 0, \"logStartOffset\": 0, \"logEndOffset\": 9}");
			}
			return uri.contains("/records?" + asked + "&") ? answer(page(5, 9)) : gone();
		}), "records", 0, (time != null) ? Position.at(time) : Position.earliest());
		ReceivedRecord first = reader.poll(Duration.ofSeconds(5));
		reader.close();
		assertThat(first).isNotNull();
		assertThat(first.offset()).isEqualTo(5);
	}

	@Test
	void logThatWasPutBackEndsTheReading() {
		Queue<CompletableFuture<Transport.Response>> answers = new ConcurrentLinkedQueue<>(
				List.of(answer(page(98, 100)), answer(page(99, 99)), answer(page(99, 100))));
		LogReader reader = new LogReader(settings((request) -> answers.remove()), "records", 0, Position.offset(98));
		assertThat(reader.poll(Duration.ofSeconds(5)).offset()).isEqualTo(98);
		assertThatExceptionOfType(LogMismatchException.class).isThrownBy(() -> reader.poll(Duration.ofSeconds(5)))
			.withMessageContaining("partition 0 of topic records")
			.withMessageContaining("99")
			.withMessageContaining("100");
		reader.close();
	}

	@Test
	void logThatWasPutBackWhileTheLatestIsWaitedForEndsTheReading() {
		Queue<CompletableFuture<Transport.Response>> answers = new ConcurrentLinkedQueue<>(List
			.of(answer("{\"partition\": 0, \"logStartOffset\": 0, \"logEndOffset\": 100}"), answer(empty(100, 50))));
		LogReader reader = new LogReader(settings((request) -> answers.remove()), "records", 0, Position.latest());
		assertThatExceptionOfType(LogMismatchException.class).isThrownBy(() -> reader.poll(Duration.ofSeconds(5)));
		reader.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "no answer", "503", "no request" })
	void logThatIsPutBackWhileAReaderWaitsEndsTheReading(String meanwhile) throws Exception {
		WaitingGateway gateway = new WaitingGateway(100);
		LogReader reader = new LogReader(settings(gateway), "records", 0, Position.offset(99));
		assertThat(reader.poll(Duration.ofSeconds(5)).offset()).isEqualTo(99);
		if (!meanwhile.equals("no request")) {
			assertThat(reader.poll(Duration.ofMillis(50))).isNull();
			assertThat(gateway.waiting).hasSize(1);
		}
		gateway.end = 50;
		switch (meanwhile) {
			case "no answer" -> gateway.waiting.remove().completeExceptionally(new IOException("connection reset"));
			case "503" -> gateway.waiting.remove().complete(response(503, "{}"));
			// Time is what tells the reader here.
			default -> TimeUnit.MILLISECONDS.sleep(1100);
		}
		assertThatExceptionOfType(LogMismatchException.class).isThrownBy(() -> reader.poll(Duration.ofSeconds(5)));
		reader.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void applicationThatIsSlowWithOnePartitionHasTheOthersWaitedFor(boolean putBack) throws Exception {
		WaitingGateway quiet = new WaitingGateway(5);
		AtomicInteger asked = new AtomicInteger();
		RecordReader reader = RecordReader.open(settings((request) -> {
			String path = request.uri().getPath();
			if (path.endsWith("/partitions/1/records")) {
				asked.incrementAndGet();
				return later(50, () -> quiet.exchange(request));
			}
			return later(10, () -> path.endsWith("/partitions") ? answer("{\"partitions\": [{}, {}]}")
					: new WaitingGateway(100).exchange(request));
		}), "orders", Map.of(0, 0L, 1, 5L));
		for (long i = 0; i < 4; i++) {
			assertThat(reader.poll(Duration.ofSeconds(5)).offset()).isEqualTo(i);
			// Time is what the reader goes by.
			TimeUnit.MILLISECONDS.sleep(1200);
		}
		assertThat(asked).as("once to see the end, and once to wait").hasValue(2);
		assertThat(quiet.waiting).hasSize(1);
		if (putBack) {
			quiet.end = 3;
			quiet.waiting.remove().completeExceptionally(new IOException("connection reset"));
			assertThatExceptionOfType(LogMismatchException.class)
				.isThrownBy(() -> reader.forEachRemaining((each) -> assertThat(each.offset()).isLessThan(100)))
				.withMessageContaining("partition 1");
		}
		else {
			quiet.waiting.remove().complete(response(200, page(5, 6)));
			assertThat(Stream.generate(reader::next).anyMatch((each) -> each.partition() == 1)).isTrue();
		}
		reader.close();
	}

	@Test
	void nothingIsWaitedForBeforeTheLogIsKnown() {
		WaitingGateway gateway = new WaitingGateway(50);
		LogReader reader = new LogReader(settings(gateway), "records", 0, Position.offset(100));
		assertThatExceptionOfType(LogMismatchException.class).isThrownBy(() -> reader.poll(Duration.ofSeconds(5)));
		reader.close();
	}

	@Test
	void offsetBeyondTheEndIsOfAnotherLog() {
		LogReader beyond = new LogReader(settings((request) -> answer(empty(100, 99))), "records", 0,
				Position.offset(100));
		assertThatExceptionOfType(LogMismatchException.class).isThrownBy(() -> beyond.poll(Duration.ofSeconds(5)));
		beyond.close();
		LogReader atTheEnd = new LogReader(settings((request) -> answer(empty(100, 100))), "records", 0,
				Position.offset(100));
		assertThat(atTheEnd.poll(Duration.ofMillis(50))).isNull();
		atTheEnd.close();
	}

	@Test
	void saysWhichRecordsThereAreWhereThoseAskedForAreDeleted() {
		LogReader reader = new LogReader(settings((request) -> gone()), "records", 0, Position.offset(3));
		assertThatExceptionOfType(OffsetOutOfRangeException.class).isThrownBy(() -> reader.poll(Duration.ofSeconds(5)))
			.satisfies((gone) -> {
				assertThat(gone.logStartOffset()).isEqualTo(5);
				assertThat(gone.logEndOffset()).isEqualTo(9);
				assertThat(gone.problem().status()).isEqualTo(410);
			});
		reader.close();
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', textBlock = """
			<html>
			{}
			[]
			`{"records": "none", "nextOffset": 1, "logEndOffset": "1"}`
			`{"records": [], "nextOffset": null, "logEndOffset": null}`
			""")
	void answerThatIsNotTheGatewaysIsNone(String body) {
		for (Position from : List.of(Position.offset(7), Position.earliest(), Position.latest())) {
			AtomicInteger requests = new AtomicInteger();
			AtomicBoolean portal = new AtomicBoolean(true);
			LogReader reader = new LogReader(settings((request) -> {
				requests.incrementAndGet();
				return answer(portal.get() ? body
						: request.uri().toString().contains("/records?") ? page(7, 8) : "{\"logEndOffset\": 7}");
			}), "records", 0, from);
			long began = System.nanoTime();
			assertThat(reader.poll(Duration.ofMillis(150))).isNull();
			int pauses = (int) Duration.ofNanos(System.nanoTime() - began).dividedBy(Duration.ofMillis(100));
			assertThat(requests).as("each 100 ms").hasValueBetween(1, 2 + pauses);
			portal.set(false);
			assertThat(reader.poll(Duration.ofSeconds(5)).offset()).isEqualTo(7);
			reader.close();
		}
	}

	@Test
	void topicHoldsNothingOnceItIsClosed() {
		Transport transport = new Transport() {
			@Override
			public CompletableFuture<Response> exchange(Request request) {
				return answer("{\"partitions\": [{\"partition\": 0, \"logEndOffset\": 0}]}");
			}
		};
		WeakReference<Transport> held = new WeakReference<>(transport);
		RecordReader reader = RecordReader.open(new ReaderSettings(List.of(URI.create("http://gateway/")), null, null,
				Duration.ofSeconds(5), Duration.ofSeconds(1), 10, transport, Duration.ofHours(1)), "orders",
				Position.earliest());
		assertThat(reader.poll(Duration.ofMillis(50))).isNull();
		reader.close();
		reader = null;
		transport = null;
		for (int i = 0; i < 20 && held.get() != null; i++) {
			System.gc();
		}
		assertThat(held.get()).isNull();
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
		assertThat(requests).as("once to see the end, and then every 100 ms").hasValueBetween(1, 6);
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
		return CompletableFuture.completedFuture(response(200, body));
	}

	private static CompletableFuture<Transport.Response> later(int millis,
			Supplier<CompletableFuture<Transport.Response>> answer) {
		return CompletableFuture.supplyAsync(answer, CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS))
			.thenCompose((given) -> given);
	}

	private static CompletableFuture<Transport.Response> gone() {
		return CompletableFuture.completedFuture(response(410, "{\"code\": \"OFFSET_OUT_OF_RANGE\", \"detail\": "
				+ "\"deleted\", \"logStartOffset\": 5, \"logEndOffset\": 9}"));
	}

	private static Transport.Response response(int status, String body) {
		return new Transport.Response(status, Map.of(), body.getBytes(StandardCharsets.UTF_8));
	}

	/** A page of one record. */
	private static String page(long offset, long end) {
		return "{\"records\": [{\"offset\": " + offset + ", \"timestamp\": \"2026-01-01T00:00:00Z\", "
				+ "\"appendedAt\": \"2026-01-01T00:00:00Z\", \"value\": 1}], \"nextOffset\": " + (offset + 1)
				+ ", \"logEndOffset\": " + end + "}";
	}

	private static String empty(long offset, long end) {
		return "{\"records\": [], \"nextOffset\": " + offset + ", \"logEndOffset\": " + end + "}";
	}

	/**
	 * Has the log up to an end, and holds requests that ask it to wait for more.
	 */
	private static final class WaitingGateway implements Transport {

		private final Queue<CompletableFuture<Response>> waiting = new ConcurrentLinkedQueue<>();

		private volatile long end;

		private WaitingGateway(long end) {
			this.end = end;
		}

		@Override
		public CompletableFuture<Response> exchange(Request request) {
			long offset = Long.parseLong(request.uri().getQuery().replaceAll(".*offset=(\\d+).*", "$1"));
			if (offset < this.end) {
				return answer(page(offset, this.end));
			}
			if (!request.headers().containsKey("Prefer")) {
				return answer(empty(offset, this.end));
			}
			CompletableFuture<Response> later = new CompletableFuture<>();
			this.waiting.add(later);
			return later;
		}

	}

}
