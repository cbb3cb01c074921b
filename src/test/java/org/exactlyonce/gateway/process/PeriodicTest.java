package org.exactlyonce.gateway.process;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class PeriodicTest {

	private static final Duration NOT_REACHED = Duration.ofDays(300);

	private final BlockingQueue<Thread> runs = new LinkedBlockingQueue<>();

	private final Periodic periodic = periodic(Duration.ofMillis(1), () -> this.runs.add(Thread.currentThread()));

	@AfterEach
	void stop() {
		this.periodic.stop();
	}

	private static Periodic periodic(Duration pause, Runnable work) {
		return new Periodic("periodic-test", pause, new RepeatedTask("A test", work));
	}

	@Test
	void repeatsItsWorkInOneNamedDaemonThread() throws InterruptedException {
		this.periodic.start();
		this.periodic.start();
		Thread first = run();
		assertThat(first.getName()).isEqualTo("periodic-test");
		assertThat(first.isDaemon()).isTrue();
		assertThat(run()).isSameAs(first);
		assertThat(run()).isSameAs(first);
	}

	@Test
	void repeatsWorkThatThrows() throws InterruptedException {
		CountDownLatch failures = new CountDownLatch(3);
		Periodic failing = periodic(Duration.ofMillis(1), () -> {
			failures.countDown();
			throw new StackOverflowError("on purpose");
		});
		failing.start();
		assertThat(failures.await(10, TimeUnit.SECONDS)).isTrue();
		failing.stop();
	}

	@Test
	void endsTheProcessWhenMemoryIsShort() {
		Periodic failing = periodic(NOT_REACHED, () -> {
			throw new OutOfMemoryError("on purpose");
		});
		try (ObservedEnd end = new ObservedEnd(() -> {
		})) {
			failing.start();
			await().until(end::hasCome);
		}
		failing.stop();
	}

	@Test
	void runsAtOnceAndPausesThen() throws InterruptedException {
		CountDownLatch ran = new CountDownLatch(1);
		Periodic once = periodic(NOT_REACHED, ran::countDown);
		once.start();
		assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
		once.stop();
	}

	@Test
	void beginsNoRunAfterAStopAndCanBeStartedAgain() throws InterruptedException {
		assertThat(this.periodic.isRunning()).isFalse();
		this.periodic.start();
		assertThat(this.periodic.isRunning()).isTrue();
		Thread first = run();
		this.periodic.stop();
		assertThat(this.periodic.isRunning()).isFalse();
		assertThat(this.periodic.awaitEnd(Duration.ofSeconds(10))).isTrue();
		this.runs.clear();
		this.periodic.start();
		assertThat(run()).isNotSameAs(first);
	}

	@Test
	void waitsForTheRunInProgressWithoutInterruptingIt() throws InterruptedException {
		CountDownLatch began = new CountDownLatch(1);
		CountDownLatch mayEnd = new CountDownLatch(1);
		AtomicBoolean interrupted = new AtomicBoolean();
		Periodic busy = periodic(NOT_REACHED, () -> {
			began.countDown();
			try {
				mayEnd.await();
			}
			catch (InterruptedException ex) {
				interrupted.set(true);
			}
		});
		busy.start();
		assertThat(began.await(10, TimeUnit.SECONDS)).isTrue();
		busy.stop();
		assertThat(busy.awaitEnd(Duration.ofMillis(1))).isFalse();
		mayEnd.countDown();
		assertThat(busy.awaitEnd(Duration.ofSeconds(10))).isTrue();
		assertThat(interrupted).isFalse();
	}

	private Thread run() throws InterruptedException {
		Thread run = this.runs.poll(10, TimeUnit.SECONDS);
		assertThat(run).isNotNull();
		return run;
	}

}
