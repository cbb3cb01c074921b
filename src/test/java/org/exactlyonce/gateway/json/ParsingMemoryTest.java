package org.exactlyonce.gateway.json;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import org.exactlyonce.gateway.support.Problems;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What documents take while they are parsed: the large ones in turn, the small beside.
 */
class ParsingMemoryTest {

	private static final int LARGE = 10 << 20;

	private final ParsingMemory memory = new ParsingMemory(8 << 20, Duration.ZERO);

	@Test
	void refusesSecondLargeDocumentWhoseWaitIsOver() {
		Problems problem = Problems.thrownBy(() -> this.memory.parse(LARGE, () -> this.memory.parse(LARGE, () -> 1)));
		assertThat(problem.code()).isEqualTo("OVERLOADED");
		assertThat(this.memory.<Integer>parse(LARGE, () -> 1)).as("given back").isOne();
	}

	@Test
	void letsSmallDocumentsPassBesideLargeOne() {
		assertThat(this.memory.<Integer>parse(LARGE, () -> this.memory.parse(1000, () -> 1))).isOne();
	}

	@Test
	void secondLargeDocumentWaitsForFirst() {
		ParsingMemory patient = new ParsingMemory(8 << 20, Duration.ofSeconds(10));
		CountDownLatch read = new CountDownLatch(1);
		CompletableFuture<Long> second = new CompletableFuture<>();
		patient.parse(LARGE, () -> {
			Thread waiting = new Thread(() -> second.complete(patient.parse(LARGE, read::getCount)));
			waiting.start();
			org.awaitility.Awaitility.await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
			read.countDown();
			return 1;
		});
		assertThat(second.orTimeout(10, java.util.concurrent.TimeUnit.SECONDS).join()).isZero();
	}

}
