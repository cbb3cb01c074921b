package org.exactlyonce.client.internals;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import org.exactlyonce.client.NotAuthorizedException;
import org.exactlyonce.client.NotStoredException;
import org.exactlyonce.client.ProducerSettings;
import org.exactlyonce.client.Transport;
import org.exactlyonce.client.UnknownPartitionException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * When the count of partitions is asked for, and who waits for the answer.
 */
class PartitionCountTest {

	private final Queue<CompletableFuture<Transport.Response>> answers = new ArrayDeque<>();

	private final AtomicInteger asked = new AtomicInteger();

	@Test
	void oldCountIsTakenWhileNobodyAnswers() {
		PartitionCount count = count(Duration.ZERO, null);
		answer(200, partitions(3));
		assertThat(count.get(true)).isEqualTo(3);
		CompletableFuture<Transport.Response> late = new CompletableFuture<>();
		this.answers.add(late);
		assertThat(CompletableFuture.supplyAsync(() -> count.get(true))).succeedsWithin(Duration.ofSeconds(10))
			.isEqualTo(3);
		count.get(true);
		assertThat(this.asked).hasValue(2);
		late.complete(response(200, partitions(5)));
		assertThat(count.get(true)).isEqualTo(5);
	}

	@Test
	void knownCountSurvivesARefusal() {
		PartitionCount count = count(Duration.ZERO, null);
		answer(200, partitions(3));
		count.get(true);
		answer(401, "{}");
		answer(503, "{}");
		assertThat(count.get(true)).isEqualTo(3);
		assertThat(count.get(true)).isEqualTo(3);
	}

	@Test
	void refusalIsFinalUnlessThereIsAFreshToken() {
		answer(401, "{}");
		assertThatExceptionOfType(NotAuthorizedException.class).isThrownBy(() -> count(Duration.ZERO, null).get(true));
		AtomicInteger tokens = new AtomicInteger();
		answer(401, "{}");
		answer(200, partitions(3));
		assertThat(count(Duration.ZERO, () -> "token " + tokens.incrementAndGet()).get(true)).isEqualTo(3);
	}

	@Test
	void waitsForTheFirstAnswerUpToMaxBlock() {
		this.answers.add(new CompletableFuture<>());
		PartitionCount impatient = count(Duration.ZERO, null, Duration.ofMillis(200));
		assertThatExceptionOfType(NotStoredException.class).isThrownBy(() -> impatient.get(true));
		answer(503, "{}");
		answer(200, "<html>");
		answer(200, partitions(3));
		assertThat(count(Duration.ZERO, null).get(true)).isEqualTo(3);
	}

	@Test
	void isAskedForWithoutWaitingOnAThreadThatMayNot() {
		PartitionCount count = count(Duration.ofMinutes(5), null);
		CompletableFuture<Transport.Response> late = new CompletableFuture<>();
		this.answers.add(late);
		for (int i = 0; i < 2; i++) {
			assertThat(CompletableFuture.supplyAsync(() -> count.get(false))).failsWithin(Duration.ofSeconds(10))
				.withThrowableThat()
				.withCauseInstanceOf(NotStoredException.class);
		}
		assertThat(this.asked).hasValue(1);
		late.complete(response(200, partitions(3)));
		assertThat(count.get(false)).isEqualTo(3);
	}

	@Test
	void partitionAboveTheCountIsRefusedAfterAskingAgain() {
		PartitionCount count = count(Duration.ofMinutes(5), null);
		count.check(Place.ofRecords(7), soon());
		assertThat(this.asked).hasValue(0);
		answer(200, partitions(3));
		count.get(true);
		count.check(Place.ofRecords(2), soon());
		assertThat(this.asked).hasValue(1);
		answer(200, partitions(3));
		assertThatExceptionOfType(UnknownPartitionException.class)
			.isThrownBy(() -> count.check(Place.ofRecords(3), soon()));
		answer(200, partitions(4));
		count.check(Place.ofRecords(3), soon());
		assertThat(this.asked).hasValue(3);
	}

	@Test
	void partitionAboveTheCountPassesWhereNobodySaysThatThereIsNone() {
		PartitionCount count = count(Duration.ofMinutes(5), null);
		answer(200, partitions(3));
		count.get(true);
		answer(403, "{}");
		count.check(Place.ofRecords(3), soon());
		CompletableFuture<Transport.Response> late = new CompletableFuture<>();
		this.answers.add(late);
		assertThat(CompletableFuture.runAsync(() -> count.check(Place.ofRecords(3), 0)))
			.succeedsWithin(Duration.ofSeconds(10));
	}

	private static long soon() {
		return Nanos.now() + 200_000_000;
	}

	private PartitionCount count(Duration maxAge, Supplier<String> token) {
		return count(maxAge, token, Duration.ofSeconds(20));
	}

	private PartitionCount count(Duration maxAge, Supplier<String> token, Duration maxBlock) {
		ProducerSettings settings = ProducerSettings.builder("http://gateway")
			.maxBlock(maxBlock)
			.retryBackoff(Duration.ofMillis(1))
			.retryBackoffMax(Duration.ofMillis(1))
			.metadataMaxAge(maxAge)
			.build();
		return new PartitionCount("records", settings, new Gateways(settings.urls(), token, null, (request) -> {
			this.asked.incrementAndGet();
			return this.answers.remove();
		}));
	}

	private void answer(int status, String body) {
		this.answers.add(CompletableFuture.completedFuture(response(status, body)));
	}

	private static Transport.Response response(int status, String body) {
		return new Transport.Response(status, Map.of(), body.getBytes(StandardCharsets.UTF_8));
	}

	private static String partitions(int count) {
		return "{\"partitions\": [" + String.join(", ", Collections.nCopies(count, "{}")) + "]}";
	}

}
