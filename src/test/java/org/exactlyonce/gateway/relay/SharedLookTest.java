package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class SharedLookTest {

	private static final Duration AGE = Duration.ofMinutes(10);

	private final SharedLook look = new SharedLook();

	private final AtomicInteger looks = new AtomicInteger();

	private void fail() {
		throw new IllegalStateException("look " + this.looks.incrementAndGet());
	}

	@Test
	void looksForEachThatAsksLater() {
		this.look.take(this.looks::incrementAndGet);
		this.look.take(this.looks::incrementAndGet);
		assertThat(this.looks).hasValue(2);
	}

	@Test
	void takesNoLookBeforeTheFirst() {
		this.look.take(this.looks::incrementAndGet, AGE);
		assertThat(this.looks).hasValue(1);
	}

	@Test
	void takesAGoodLookForAWhileUnlessItIsToBeAnother() {
		this.look.take(this.looks::incrementAndGet);
		this.look.take(this.looks::incrementAndGet, AGE);
		assertThat(this.looks).hasValue(1);
		this.look.renew();
		this.look.take(this.looks::incrementAndGet, AGE);
		this.look.take(this.looks::incrementAndGet, AGE);
		assertThat(this.looks).hasValue(2);
	}

	@Test
	void takesAGoodLookWhileAnotherHangs() throws Exception {
		this.look.take(this.looks::incrementAndGet);
		CountDownLatch began = new CountDownLatch(1);
		CountDownLatch answered = new CountDownLatch(1);
		CompletableFuture<Void> hanging = CompletableFuture.runAsync(() -> this.look.take(() -> {
			began.countDown();
			await(answered);
		}));
		began.await();
		CompletableFuture<Void> other = CompletableFuture
			.runAsync(() -> this.look.take(this.looks::incrementAndGet, AGE));
		assertThat(other).succeedsWithin(Duration.ofSeconds(10));
		assertThat(hanging).isNotDone();
		answered.countDown();
		hanging.join();
		assertThat(this.looks).hasValue(1);
	}

	/** A look in which what is new was not looked at yet. */
	@Test
	void takesNoLookThatBeganBeforeItWasToBeAnother() {
		this.look.take(this.look::renew);
		this.look.take(this.looks::incrementAndGet, AGE);
		assertThat(this.looks).hasValue(1);
	}

	@Test
	void waitsForALookThatIsToBeAnother() throws Exception {
		this.look.take(this.looks::incrementAndGet);
		this.look.renew();
		CountDownLatch began = new CountDownLatch(1);
		CountDownLatch answered = new CountDownLatch(1);
		CompletableFuture<Void> hanging = CompletableFuture.runAsync(() -> this.look.take(() -> {
			began.countDown();
			await(answered);
			fail();
		}));
		began.await();
		CompletableFuture<Void> other = new CompletableFuture<>();
		Thread asking = new Thread(() -> complete(other));
		asking.start();
		Awaitility.await().until(() -> other.isDone() || asking.getState() == Thread.State.BLOCKED);
		answered.countDown();
		assertThat(hanging).failsWithin(Duration.ofSeconds(10));
		assertThat(other).failsWithin(Duration.ofSeconds(10)).withThrowableThat().havingCause().withMessage("look 2");
	}

	private void complete(CompletableFuture<Void> taken) {
		try {
			this.look.take(this.looks::incrementAndGet, AGE);
			taken.complete(null);
		}
		catch (RuntimeException ex) {
			taken.completeExceptionally(ex);
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void takesABadLookNoLongerThanForAMoment() {
		assertThatIllegalStateException().isThrownBy(() -> this.look.take(this::fail)).withMessage("look 1");
		assertThatIllegalStateException().isThrownBy(() -> this.look.take(this::fail)).withMessage("look 2");
		this.look.take(this.looks::incrementAndGet);
		assertThat(this.looks).hasValue(3);
	}

}
