package org.exactlyonce.gateway.commit;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.exactlyonce.gateway.bounds.ConnectionLimits;
import org.exactlyonce.gateway.log.BatchComparer;
import org.exactlyonce.gateway.log.DurableEnds;
import org.exactlyonce.gateway.process.ObservedEnd;
import org.exactlyonce.gateway.sequence.AppendDecision;
import org.exactlyonce.gateway.support.Problems;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;

/**
 * Every submitted append is answered once and counted once.
 */
class LanesTest {

	private static final int QUEUE = 40;

	private final GroupTransaction transaction = mock();

	private final DuplicateVerifier verifier = mock();

	private final BatchComparer comparer = mock();

	private final DurableEnds ends = new DurableEnds();

	private final RebatchedDuplicates rebatched = new RebatchedDuplicates(this.comparer, this.ends);

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final Lanes lanes = new Lanes(this.transaction, this.verifier, this.rebatched,
			new AppendMetrics(this.meters), this.ends, Appends.queue(QUEUE, 200), new ConnectionLimits(100),
			this.meters);

	@Test
	void endsWithALaneThatHangs() {
		CountDownLatch hanging = new CountDownLatch(1);
		willAnswer((call) -> {
			hanging.await();
			throw new IllegalStateException("too late");
		}).given(this.transaction).append(any());
		Lanes hung = new Lanes(this.transaction, this.verifier, this.rebatched,
				new AppendMetrics(new SimpleMeterRegistry()), new DurableEnds(),
				new CommitProperties(1, DataSize.ofBytes(200), 10, Duration.ofMillis(200), 5),
				new ConnectionLimits(100), new SimpleMeterRegistry());
		try (ObservedEnd end = new ObservedEnd(() -> {
		})) {
			hung.start();
			CompletableFuture<AppendOutcome> first = hung.submit(Appends.sequenced(0, 1, 0, 0, 1));
			await().until(() -> hung.oldestCommitMillis() > 0);
			CompletableFuture<AppendOutcome> second = hung.submit(Appends.sequenced(0, 1, 0, 1, 1));
			assertTimeoutPreemptively(Duration.ofSeconds(20), () -> hung.stop());
			assertThat(end.hasCome()).isTrue();
			assertThat(first).isCompletedExceptionally();
			assertThat(second).isCompletedExceptionally();
		}
		finally {
			hanging.countDown();
		}
	}

	@RepeatedTest(5)
	void submittedIsAppendedPlusDuplicatePlusRefusedPlusFailed() {
		Random random = new Random();
		willAnswer((call) -> {
			List<AppendRequest> group = call.getArgument(0);
			if (random.nextInt(5) == 0) {
				throw new IllegalStateException(new SQLException("gone", random.nextBoolean() ? "08006" : "22001"));
			}
			List<Judgement> judgements = new ArrayList<>();
			group.forEach((request) -> judgements.add(judgement(request, random)));
			return judgements;
		}).given(this.transaction).append(any());
		List<CompletableFuture<AppendOutcome>> answers = new ArrayList<>();
		int records = 0;
		for (int i = 0; i < QUEUE + 10; i++) {
			int count = 1 + random.nextInt(9);
			records += count;
			answers.add(this.lanes.submit(Appends.sequenced(i % 8, i, 0, 0, count)));
		}
		willThrow(new IllegalStateException("not comparable")).given(this.comparer).compare(any(), any(), any());
		this.rebatched.start();
		this.lanes.start();
		this.lanes.stop();
		this.rebatched.stop();
		assertThat(answers).allSatisfy((answer) -> assertThat(answer).isDone());
		assertThat(count("gateway.appends.submitted")).isEqualTo(QUEUE + 10.0);
		assertThat(answered("gateway.appends")).isEqualTo(QUEUE + 10.0);
		assertThat(count("gateway.records.submitted")).isEqualTo(records);
		assertThat(answered("gateway.records")).isEqualTo(records);
		assertThat(count("gateway.appends", "appended") + count("gateway.appends", "duplicate"))
			.isEqualTo(answers.stream()
				.filter((answer) -> !answer.isCompletedExceptionally() && answer.join() instanceof AppendOutcome.Stored)
				.count());
		assertThat(count("gateway.appends", "refused")).isGreaterThanOrEqualTo(10.0);
	}

	private static Judgement judgement(AppendRequest request, Random random) {
		return switch (random.nextInt(4)) {
			case 0 -> Appends.judgedStored(request, true);
			case 1 -> new Judgement.Refused(new AppendDecision.OutOfOrder(1, 2));
			case 2 -> Appends.repeated(request, 9);
			default -> Appends.judgedStored(request, false);
		};
	}

	private double answered(String meter) {
		return this.meters.get(meter).counters().stream().mapToDouble((counter) -> counter.count()).sum();
	}

	private double count(String meter) {
		return this.meters.get(meter).counter().count();
	}

	private double count(String meter, String outcome) {
		return this.meters.get(meter).tag("outcome", outcome).counter().count();
	}

	@Test
	void fullQueueIsAnsweredAtOnce() {
		for (int i = 0; i < QUEUE; i++) {
			assertThat(this.lanes.submit(Appends.anonymous(0, 1))).isNotDone();
		}
		CompletableFuture<AppendOutcome> refused = this.lanes.submit(Appends.anonymous(0, 1));
		assertThat(refused).isCompletedExceptionally();
		Problems problem = Problems.of(catchThrowable(refused::join).getCause());
		assertThat(problem.status()).isEqualTo(429);
		assertThat(problem.detail()).startsWith(QUEUE + " appends are queued");
		assertThat(problem.headers().getFirst("Retry-After")).isEqualTo("1");
	}

	@Test
	void countsWhatWasAcceptedWithAcks0AndThenFailed() {
		willAnswer((call) -> {
			throw new IllegalStateException(new SQLException("gone", "08006"));
		}).given(this.transaction).append(any());
		CompletableFuture<AppendOutcome> dropped = this.lanes.submitUnacknowledged(Appends.anonymous(0, 3));
		CompletableFuture<AppendOutcome> failed = this.lanes.submit(Appends.anonymous(0, 2));
		assertThat(dropped).isNotDone();
		this.lanes.start();
		this.lanes.stop();
		assertThat(dropped).isCompletedExceptionally();
		assertThat(failed).isCompletedExceptionally();
		assertThat(count("gateway.appends.dropped")).isOne();
		assertThat(count("gateway.records.dropped")).isEqualTo(3);
		assertThat(count("gateway.appends", "failed")).as("dropped ones are failed ones").isEqualTo(2);
	}

	@Test
	void refusesWithAcks0WhatFindsNoRoomAndDropsNothing() {
		for (int i = 0; i < QUEUE; i++) {
			assertThat(this.lanes.submitUnacknowledged(Appends.anonymous(0, 1))).isNotDone();
		}
		CompletableFuture<AppendOutcome> refused = this.lanes.submitUnacknowledged(Appends.anonymous(0, 1));
		assertThat(Problems.of(catchThrowable(refused::join).getCause()).status()).isEqualTo(429);
		assertThat(count("gateway.appends.dropped")).isZero();
		assertThat(count("gateway.appends", "refused")).isOne();
	}

	@Test
	void healthIsUpOnlyWhileEveryLaneLives() {
		CommitProperties properties = Appends.queue(QUEUE, 200);
		HealthIndicator readiness = new LanesHealth(this.lanes, properties);
		HealthIndicator liveness = new LaneProgressHealth(this.lanes, properties);
		assertThat(List.of(status(readiness), status(liveness))).containsOnly(Status.DOWN);
		this.lanes.start();
		assertThat(List.of(status(readiness), status(liveness))).containsOnly(Status.UP);
		this.lanes.stop();
		assertThat(List.of(status(readiness), status(liveness))).containsOnly(Status.DOWN);
	}

	@Test
	void laneThatHangsIsUnreadyAndThenInNeedOfARestart() {
		CompletableFuture<Void> hanging = new CompletableFuture<>();
		willAnswer((call) -> {
			hanging.join();
			return List.of(Appends.judgedStored(Appends.anonymous(0, 1), false));
		}).given(this.transaction).append(any());
		CommitProperties properties = Appends.timeout(Duration.ofMillis(100));
		HealthIndicator readiness = new LanesHealth(this.lanes, properties);
		HealthIndicator liveness = new LaneProgressHealth(this.lanes, properties);
		this.lanes.start();
		this.lanes.submit(Appends.anonymous(0, 1));
		await().until(() -> status(readiness) == Status.DOWN);
		assertThat(this.lanes.oldestCommitMillis()).isGreaterThan(200);
		await().until(() -> status(liveness) == Status.DOWN);
		assertThat(this.lanes.oldestCommitMillis()).isGreaterThan(600);
		hanging.complete(null);
		await().until(() -> status(readiness) == Status.UP && status(liveness) == Status.UP);
		this.lanes.stop();
	}

	private static Status status(HealthIndicator indicator) {
		return indicator.health().getStatus();
	}

}
