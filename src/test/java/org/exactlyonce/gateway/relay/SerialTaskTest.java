package org.exactlyonce.gateway.relay;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

class SerialTaskTest {

	private final Queue<Runnable> queue = new ArrayDeque<>();

	private int runs;

	@Test
	void servesSeveralCallsBeforeItBeginsTogether() {
		SerialTask task = new SerialTask(this.queue::add, () -> this.runs++);
		task.signal();
		task.signal();
		drain();
		assertThat(this.runs).isEqualTo(1);
	}

	@Test
	void servesACallWhileItRunsNext() {
		SerialTask[] task = new SerialTask[1];
		task[0] = new SerialTask(this.queue::add, () -> {
			if (this.runs++ == 0) {
				task[0].signal();
				task[0].signal();
			}
		});
		task[0].signal();
		drain();
		assertThat(this.runs).isEqualTo(2);
	}

	@Test
	void canBeAskedAgainAfterAFailure() {
		SerialTask task = new SerialTask(this.queue::add, () -> {
			this.runs++;
			throw new IllegalStateException("fails");
		});
		for (int i = 0; i < 2; i++) {
			task.signal();
			assertThatExceptionOfType(IllegalStateException.class).isThrownBy(this::drain);
		}
		assertThat(this.runs).isEqualTo(2);
	}

	@Test
	void doesSomethingElseBeforeItsTurnButNotWhileItRuns() {
		SerialTask[] task = new SerialTask[1];
		List<String> done = new ArrayList<>();
		task[0] = new SerialTask(this.queue::add, () -> {
			Thread other = new Thread(() -> task[0].unlessRunning(() -> done.add("while it runs")));
			other.start();
			join(other);
			done.add("work");
		});
		task[0].signal();
		task[0].unlessRunning(() -> done.add("before"));
		drain();
		task[0].unlessRunning(() -> done.add("after"));
		assertThat(done).containsExactly("before", "work", "after");
	}

	private static void join(Thread thread) {
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void neverRunsTwiceAtATimeAndForgetsNoSignal() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(4);
		AtomicInteger inside = new AtomicInteger();
		AtomicInteger overlaps = new AtomicInteger();
		AtomicInteger asked = new AtomicInteger();
		AtomicInteger seen = new AtomicInteger();
		SerialTask task = new SerialTask(threads, () -> {
			overlaps.addAndGet(inside.getAndIncrement());
			seen.set(asked.get());
			inside.decrementAndGet();
		});
		Thread[] callers = new Thread[4];
		for (int i = 0; i < callers.length; i++) {
			callers[i] = new Thread(() -> {
				for (int n = 0; n < 10_000; n++) {
					asked.incrementAndGet();
					task.signal();
				}
			});
			callers[i].start();
		}
		for (Thread caller : callers) {
			caller.join();
		}
		await().until(() -> seen.get() == 40_000);
		threads.shutdown();
		assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
		assertThat(overlaps.get()).isZero();
	}

	private void drain() {
		for (Runnable next = this.queue.poll(); next != null; next = this.queue.poll()) {
			next.run();
		}
	}

}
