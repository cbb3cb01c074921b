package org.exactlyonce.client.internals;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(20)
class BufferTest {

	private static final long LONG = TimeUnit.SECONDS.toNanos(10);

	private final Buffer buffer = new Buffer(10);

	private final CountDownLatch waiting = new CountDownLatch(1);

	@Test
	void hasRoomUntilItIsFull() throws Exception {
		assertThat(take(6, 0)).isTrue();
		assertThat(take(6, 0)).isFalse();
		assertThat(take(6, 1_000_000)).isFalse();
		assertThat(take(4, 0)).isTrue();
		assertThat(this.buffer.available()).isZero();
	}

	@Test
	void givesRoomToWhoAskedFirst() throws Exception {
		take(10, 0);
		CompletableFuture<Boolean> large = CompletableFuture.supplyAsync(() -> takeUnchecked(8));
		this.waiting.await();
		assertThat(this.buffer.isExhausted()).isTrue();
		this.buffer.giveBack(4);
		assertThat(take(1, 0)).isFalse();
		assertThat(take(1, 100_000_000)).isFalse();
		assertThat(this.buffer.available()).isEqualTo(4);
		this.buffer.giveBack(6);
		assertThat(large.get()).isTrue();
		assertThat(take(2, 0)).isTrue();
		assertThat(this.buffer.isExhausted()).isFalse();
	}

	@Test
	void letsGoWhoWaitsWhenItIsClosed() throws Exception {
		take(10, 0);
		CompletableFuture<Boolean> waits = CompletableFuture.supplyAsync(() -> takeUnchecked(1));
		this.waiting.await();
		this.buffer.close();
		assertThat(waits.get()).isFalse();
	}

	@Test
	void isInterruptedOnlyWhileItWaits() throws Exception {
		Thread.currentThread().interrupt();
		assertThat(take(10, LONG)).isTrue();
		assertThat(take(1, 0)).isFalse();
		assertThat(Thread.currentThread().isInterrupted()).isTrue();
		assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> take(1, LONG));
		assertThat(Thread.interrupted()).isFalse();
		this.buffer.giveBack(10);
		assertThat(take(10, LONG)).isTrue();
	}

	private boolean takeUnchecked(int bytes) {
		try {
			return take(bytes, LONG);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private boolean take(int bytes, long nanos) throws InterruptedException {
		return this.buffer.take(bytes, nanos, this.waiting::countDown);
	}

}
