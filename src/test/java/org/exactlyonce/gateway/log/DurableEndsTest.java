package org.exactlyonce.gateway.log;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Each waiter is woken once, and none is missed.
 */
class DurableEndsTest {

	private static final Runnable GONE = () -> {
	};

	private final DurableEnds ends = new DurableEnds();

	private final Queue<String> woken = new ConcurrentLinkedQueue<>();

	@AfterEach
	void stop() {
		this.ends.destroy();
	}

	@Test
	void endNeverGoesBack() {
		assertThat(this.ends.end(3)).isZero();
		this.ends.publish(3, 10);
		this.ends.publish(3, 7);
		assertThat(this.ends.end(3)).isEqualTo(10);
		assertThat(this.ends.end(2)).isZero();
	}

	@Test
	void endGoesBackWhereTheDatabaseHasLostRecords() {
		this.ends.publish(3, 10);
		this.ends.await(3, 8, () -> this.woken.add("put back"), GONE);
		this.ends.await(3, 10, () -> this.woken.add("waits beyond"), GONE);
		await().until(() -> !this.woken.isEmpty());
		this.woken.clear();
		this.ends.await(3, 11, () -> this.woken.add("further"), GONE);
		assertThat(this.ends.putBack(3, 9, 7)).as("published since").isFalse();
		assertThat(this.ends.putBacks()).isZero();
		assertThat(this.ends.putBack(3, 10, 7)).isTrue();
		await().until(() -> this.woken.size() == 2);
		assertThat(this.woken).containsExactlyInAnyOrder("waits beyond", "further");
		assertThat(this.ends.end(3)).isEqualTo(7);
		assertThat(this.ends.putBacks()).isOne();
		this.ends.await(3, 7, () -> this.woken.add("next"), GONE);
		this.ends.publish(3, 8);
		await().until(() -> this.woken.contains("next"));
	}

	@Test
	void wakesThoseWhoseRecordIsThereAndNoOther() {
		this.ends.await(0, 4, () -> this.woken.add("4"), GONE);
		this.ends.await(0, 5, () -> this.woken.add("5"), GONE);
		this.ends.await(1, 4, () -> this.woken.add("elsewhere"), GONE);
		this.ends.publish(0, 4);
		this.ends.publish(0, 5);
		await().until(() -> !this.woken.isEmpty());
		this.ends.publish(0, 5);
		assertThat(this.woken).containsExactly("4");
		assertThat(this.ends.awaited()).containsExactlyInAnyOrder(0, 1);
		this.ends.publish(0, 99);
		this.ends.publish(1, 99);
		await().until(() -> this.woken.size() == 3);
		assertThat(this.ends.awaited()).isEmpty();
	}

	@Test
	void wakesALateWaiterAtOnce() {
		this.ends.publish(0, 5);
		this.ends.await(0, 4, () -> this.woken.add("late"), GONE);
		await().until(() -> this.woken.size() == 1);
		assertThat(this.ends.awaited()).isEmpty();
	}

	@Test
	void doesNotWakeAWaiterThatGaveUp() {
		DurableEnds.Waiter waiter = this.ends.await(0, 0, () -> this.woken.add("gave up"), GONE);
		this.ends.await(0, 0, () -> this.woken.add("waits"), GONE);
		waiter.cancel();
		this.ends.publish(0, 1);
		await().until(() -> !this.woken.isEmpty());
		assertThat(this.woken).containsExactly("waits");
	}

	@Test
	void publishingDoesNotWaitForWokenWaiters() throws Exception {
		CountDownLatch stuck = new CountDownLatch(1);
		for (int i = 0; i < 10; i++) {
			this.ends.await(0, 0, () -> awaitQuietly(stuck), GONE);
		}
		for (int end = 1; end < 1000; end++) {
			this.ends.publish(0, end);
		}
		assertThat(this.ends.end(0)).isEqualTo(999);
		stuck.countDown();
	}

	@Test
	void publishesAfterItsEndAndWakesNoWaiter() {
		this.ends.await(0, 0, () -> this.woken.add("too late"), GONE);
		this.ends.destroy();
		this.ends.publish(0, 1);
		assertThat(this.ends.end(0)).isOne();
		assertThat(this.woken).isEmpty();
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			latch.await(10, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Test
	void missesNoWaiterInARace() throws Exception {
		int rounds = 2000;
		AtomicInteger count = new AtomicInteger();
		CyclicBarrier start = new CyclicBarrier(2);
		Thread publisher = new Thread(() -> {
			for (int end = 1; end <= rounds; end++) {
				meet(start);
				this.ends.publish(0, end);
			}
		});
		publisher.start();
		for (int offset = 0; offset < rounds; offset++) {
			meet(start);
			this.ends.await(0, offset, count::incrementAndGet, GONE);
		}
		publisher.join();
		await().until(() -> count.get() == rounds);
		assertThat(this.ends.awaited()).isEmpty();
	}

	private static void meet(CyclicBarrier barrier) {
		try {
			barrier.await(10, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
