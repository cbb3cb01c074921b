package org.exactlyonce.gateway.commit;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.exactlyonce.gateway.log.BatchComparer;
import org.exactlyonce.gateway.log.Comparison;
import org.exactlyonce.gateway.log.DurableEnds;
import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.sequence.AppendDecision;
import org.exactlyonce.gateway.sequence.SequenceState;
import org.exactlyonce.gateway.statement.CommitUnknownException;
import org.exactlyonce.gateway.support.Problems;
import org.hibernate.exception.DataException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.BDDMockito.willReturn;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.spy;
import static org.mockito.Mockito.verify;

/**
 * The lane's rules, one step at a time and without a thread.
 */
class WriterLaneTest {

	private final GroupTransaction transaction = mock();

	private final DuplicateVerifier verifier = mock();

	private final BatchComparer comparer = mock();

	private final HeldAppends held = new HeldAppends(5, 100);

	private final DurableEnds ends = spy(new DurableEnds());

	private final RebatchedDuplicates rebatched = new RebatchedDuplicates(this.comparer, this.ends);

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final List<List<AppendRequest>> groups = new ArrayList<>();

	private WriterLane lane = lane(1000, 1_000_000);

	private WriterLane lane(int maxQueued, long maxGroupBytes) {
		return new WriterLane(this.transaction, new GroupAnswers(this.verifier, this.rebatched, this.held, this.ends),
				new AppendMetrics(this.meters), Appends.queue(maxQueued, maxGroupBytes));
	}

	/** What was batched otherwise is nothing that the verifier knows. */
	@BeforeEach
	void verifiesNothing() {
		willAnswer((call) -> call.<List<Retry>>getArgument(0).stream().map((retry) -> Optional.empty()).toList())
			.given(this.verifier)
			.verify(any());
	}

	@BeforeEach
	void storesEverything() {
		appending((request) -> Appends.judgedStored(request, false));
	}

	/** Groups are recorded; a judgement that is an exception fails the whole group. */
	private void appending(Function<AppendRequest, Object> judgements) {
		willAnswer((call) -> {
			List<AppendRequest> group = call.getArgument(0);
			this.groups.add(group);
			List<Judgement> answers = new ArrayList<>();
			for (AppendRequest request : group) {
				if (judgements.apply(request) instanceof Judgement judgement) {
					answers.add(judgement);
				}
				else {
					throw (RuntimeException) judgements.apply(request);
				}
			}
			return answers;
		}).given(this.transaction).append(any());
	}

	private PendingAppend offer(AppendRequest request) {
		PendingAppend pending = Appends.pending(request);
		assertThat(this.lane.offer(pending)).isTrue();
		return pending;
	}

	private PendingAppend offer(int id) {
		return offer(Appends.sequenced(0, id, 0, 0, 1));
	}

	private static Problems problem(PendingAppend pending) {
		return Problems.of(failure(pending.future()));
	}

	private static Throwable failure(CompletableFuture<?> future) {
		assertThat(future).isCompletedExceptionally();
		Throwable thrown = catchThrowable(future::join);
		return (thrown instanceof CompletionException) ? thrown.getCause() : thrown;
	}

	@Test
	void drainsAllThatIsQueuedIntoOneGroup() throws InterruptedException {
		List<PendingAppend> pending = IntStream.range(0, 50).mapToObj(this::offer).toList();
		assertThat(this.lane.queued()).isEqualTo(50);
		assertThat(this.lane.step(0)).isTrue();
		assertThat(this.groups).containsExactly(pending.stream().map(PendingAppend::request).toList());
		assertThat(pending)
			.allSatisfy((one) -> assertThat(one.future()).isCompletedWithValue(Appends.stored(one.request(), false)));
		assertThat(this.lane.queued()).isZero();
		assertThat(this.meters.get("gateway.group.size").summary().max()).isEqualTo(50);
		assertThat(this.meters.get("gateway.lane.wait").timer().count()).isEqualTo(50);
	}

	@Test
	void idleStepDoesNothing() throws InterruptedException {
		assertThat(this.lane.step(0)).isFalse();
		verify(this.transaction, never()).append(any());
		assertThat(this.lane.inProgressNanos()).isZero();
	}

	@Test
	void groupIsBoundedInBytesButHoldsOneAppendAtLeast() throws InterruptedException {
		int large = Appends.anonymous(0, 100).batch().payload().length;
		this.lane = lane(1000, 2L * large);
		for (int count : new int[] { 100, 100, 1, 300, 1, 100 }) {
			offer(Appends.anonymous(0, count));
		}
		while (this.lane.step(0)) {
			assertThat(this.groups).isNotEmpty();
		}
		assertThat(this.groups).extracting((group) -> group.stream().map((one) -> one.batch().recordCount()).toList())
			.containsExactly(List.of(100, 100), List.of(1), List.of(300), List.of(1, 100));
	}

	@Test
	void fullQueueRefusesAndTakesMoreAfterAStep() throws InterruptedException {
		this.lane = lane(3, 1_000_000);
		IntStream.range(0, 3).forEach(this::offer);
		PendingAppend fourth = Appends.pending(Appends.anonymous(0, 1));
		assertThat(this.lane.offer(fourth)).isFalse();
		assertThat(this.lane.queued()).isEqualTo(3);
		this.lane.step(0);
		assertThat(this.lane.offer(fourth)).isTrue();
	}

	@Test
	void stoppedLaneTakesNoMoreButCommitsWhatIsQueued() {
		List<PendingAppend> pending = IntStream.range(0, 3).mapToObj(this::offer).toList();
		this.lane.stop();
		assertThat(this.lane.offer(Appends.pending(Appends.anonymous(0, 1)))).isFalse();
		this.lane.run();
		assertThat(pending).allSatisfy((one) -> assertThat(one.future()).isCompleted());
	}

	@Test
	void poisonedAppendDoesNotSinkItsNeighbours() throws InterruptedException {
		List<PendingAppend> pending = IntStream.range(0, 4).mapToObj(this::offer).toList();
		AppendRequest poisoned = pending.get(2).request();
		appending((request) -> (request == poisoned)
				? new DataException("could not insert", new SQLException("value too long", "22001"), "insert")
				: Appends.judgedStored(request, false));
		this.lane.step(0);
		assertThat(this.groups).extracting(List::size).containsExactly(4, 1, 1, 1, 1);
		assertThat(problem(pending.get(2)).status()).isEqualTo(500);
		for (int i : new int[] { 0, 1, 3 }) {
			assertThat(pending.get(i).future()).isCompletedWithValue(Appends.stored(pending.get(i).request(), false));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "40001", "40P01", "55P03", "23505", "HYT00" })
	void contentionIsTriedThreeTimes(String state) throws InterruptedException {
		appending((request) -> new IllegalStateException(new SQLException("try again", state)));
		List<PendingAppend> pending = List.of(offer(1), offer(2));
		this.lane.step(0);
		assertThat(this.groups).extracting(List::size).containsExactly(2, 2, 2);
		assertThat(pending).allSatisfy((one) -> assertThat(problem(one).code()).isEqualTo("STORE_UNAVAILABLE"));
	}

	@Test
	void contentionThatPassesIsNotSeen() throws InterruptedException {
		appending((request) -> (this.groups.size() < 3)
				? new IllegalStateException(new SQLException("try again", "40001"))
				: Appends.judgedStored(request, false));
		PendingAppend pending = offer(1);
		this.lane.step(0);
		assertThat(this.groups).hasSize(3);
		assertThat(pending.future()).isCompletedWithValue(Appends.stored(pending.request(), false));
	}

	@ParameterizedTest
	@ValueSource(strings = { "08006", "08001", "57P01", "53300", "90067", "57014" })
	void lostConnectionIsNotTriedAgain(String state) throws InterruptedException {
		appending((request) -> new IllegalStateException(new SQLException("gone", state)));
		List<PendingAppend> pending = List.of(offer(1), offer(2));
		this.lane.step(0);
		assertThat(this.groups).hasSize(1);
		assertThat(pending).allSatisfy((one) -> {
			assertThat(problem(one).status()).isEqualTo(503);
			assertThat(problem(one).headers().getFirst("Retry-After")).isEqualTo("1");
		});
	}

	@Test
	void unknownCommitIsJudgedOnceMoreForThoseWithIdentity() throws InterruptedException {
		PendingAppend anonymous = offer(Appends.anonymous(0, 1));
		PendingAppend first = offer(1);
		PendingAppend second = offer(2);
		appending((request) -> (this.groups.size() == 1)
				? new CommitUnknownException(new SQLException("connection reset", "08006"))
				: Appends.judgedStored(request, true));
		this.lane.step(0);
		assertThat(this.groups).hasSize(2);
		assertThat(this.groups.get(1)).containsExactly(first.request(), second.request());
		assertThat(problem(anonymous).code()).isEqualTo("STORE_UNAVAILABLE");
		assertThat(first.future()).isCompletedWithValue(Appends.stored(first.request(), true));
		assertThat(second.future()).isCompletedWithValue(Appends.stored(second.request(), true));
	}

	/** It may be stored by the epoch of then, which a 403 would deny. */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void fenceBehindAnUnknownCommitLeavesItUnknown(boolean contended) throws InterruptedException {
		PendingAppend fenced = offer(1);
		PendingAppend early = offer(2);
		appending((request) -> switch (this.groups.size()) {
			case 1 -> new CommitUnknownException(new SQLException("connection reset", "08006"));
			case 2 -> contended ? new IllegalStateException(new SQLException("try again", "40001"))
					: judgedBehindAFence(request, fenced);
			default -> judgedBehindAFence(request, fenced);
		});
		this.lane.step(0);
		assertThat(problem(fenced).code()).isEqualTo("STORE_UNAVAILABLE");
		assertThat(early.future()).isCompletedWithValue(new AppendOutcome.Refused(new AppendDecision.OutOfOrder(0, 1)));
	}

	private static Judgement judgedBehindAFence(AppendRequest request, PendingAppend fenced) {
		return new Judgement.Refused(
				(request == fenced.request()) ? new AppendDecision.Fenced(4) : new AppendDecision.OutOfOrder(0, 1));
	}

	@Test
	void unknownCommitOfAnonymousAppendsIsNeverRunAgain() throws InterruptedException {
		appending((request) -> new CommitUnknownException(new SQLException("connection reset", "08006")));
		List<PendingAppend> pending = List.of(offer(Appends.anonymous(0, 1)), offer(Appends.anonymous(1, 2)));
		this.lane.step(0);
		assertThat(this.groups).hasSize(1);
		assertThat(pending).allSatisfy((one) -> assertThat(problem(one).status()).isEqualTo(503));
	}

	@Test
	void unknownCommitThatStaysUnknownIsNotAskedAThirdTime() throws InterruptedException {
		appending((request) -> new CommitUnknownException(new SQLException("connection reset", "08006")));
		PendingAppend pending = offer(1);
		this.lane.step(0);
		assertThat(this.groups).hasSize(2);
		assertThat(problem(pending).code()).isEqualTo("STORE_UNAVAILABLE");
	}

	@Test
	void expiredAppendsNeverEnterATransaction() throws InterruptedException {
		PendingAppend expired = new PendingAppend(Appends.anonymous(0, 1), new CompletableFuture<>(),
				System.nanoTime() - 2_000_000_000L, AnswerTimeout.after(Duration.ofSeconds(1)));
		assertThat(this.lane.offer(expired)).isTrue();
		PendingAppend alive = offer(1);
		this.lane.step(0);
		assertThat(this.groups).containsExactly(List.of(alive.request()));
		assertThat(problem(expired).detail()).contains("1000 ms");
		assertThat(alive.future()).isCompleted();
	}

	@Test
	void groupOfExpiredAppendsNeedsNoTransaction() throws InterruptedException {
		PendingAppend expired = new PendingAppend(Appends.anonymous(0, 1), new CompletableFuture<>(),
				System.nanoTime() - 2_000_000_000L, AnswerTimeout.after(Duration.ofSeconds(1)));
		this.lane.offer(expired);
		assertThat(this.lane.step(0)).isTrue();
		verify(this.transaction, never()).append(any());
	}

	@Test
	void sweepEndsWaitOfAppendsQueuedTooLong() {
		PendingAppend expired = new PendingAppend(Appends.anonymous(0, 1), new CompletableFuture<>(),
				System.nanoTime() - 2_000_000_000L, AnswerTimeout.after(Duration.ofSeconds(1)));
		this.lane.offer(expired);
		PendingAppend alive = offer(1);
		this.lane.sweep();
		assertThat(problem(expired).status()).isEqualTo(503);
		assertThat(alive.future()).isNotDone();
	}

	@Test
	void sweepEndsWaitOfAppendsInATransactionTooLong() throws InterruptedException {
		PendingAppend slow = new PendingAppend(Appends.anonymous(0, 1), new CompletableFuture<>(),
				System.nanoTime() - 999_000_000L, AnswerTimeout.after(Duration.ofMillis(1000)));
		Judgement late = Appends.judgedStored(slow.request(), false);
		appending((request) -> {
			while (!slow.future().isDone()) {
				this.lane.sweep();
			}
			assertThat(this.lane.inProgressNanos()).isPositive();
			return late;
		});
		this.lane.offer(slow);
		this.lane.step(0);
		assertThat(problem(slow).status()).isEqualTo(503);
		assertThat(this.lane.inProgressNanos()).isZero();
	}

	@Test
	void unacknowledgedAppendIsNeverSkipped() throws InterruptedException {
		PendingAppend old = new PendingAppend(Appends.anonymous(0, 1), new CompletableFuture<>(),
				System.nanoTime() - 3_600_000_000_000L, AnswerTimeout.NONE);
		this.lane.offer(old);
		this.lane.sweep();
		this.lane.step(0);
		assertThat(old.future()).isCompletedWithValue(Appends.stored(old.request(), false));
	}

	@Test
	void earlyAndPatientAppendIsHeldUntilItsPredecessorIsStored() throws InterruptedException {
		appending((request) -> (Appends.range(request).base() > 5) ? early(request) : sequenced(request));
		PendingAppend third = offerPatient(7);
		PendingAppend second = offerPatient(6);
		PendingAppend impatient = offer(Appends.sequenced(0, 1, 0, 9, 1));
		this.lane.step(0);
		assertThat(third.future()).isNotDone();
		assertThat(second.future()).isNotDone();
		assertThat(impatient.future()).isCompletedWithValue(outcome(early(impatient.request())));
		assertThat(this.held.size()).isEqualTo(2);
		appending(WriterLaneTest::sequenced);
		PendingAppend first = offerPatient(5);
		this.lane.step(0);
		assertThat(first.future()).isDone();
		assertThat(this.lane.queued()).as("both have their turn").isEqualTo(2);
		this.lane.step(0);
		assertThat(this.groups.get(2)).extracting((request) -> Appends.range(request).base()).containsExactly(6L, 7L);
		assertThat(second.future()).isCompletedWithValue(outcome(sequenced(second.request())));
		assertThat(third.future()).isCompletedWithValue(outcome(sequenced(third.request())));
		assertThat(this.held.size()).isZero();
	}

	@Test
	void heldAppendGoesBackWhenItsPredecessorFails() throws InterruptedException {
		appending(WriterLaneTest::early);
		PendingAppend pending = offerPatient(6);
		this.lane.step(0);
		this.lane.resume(this.held.release(new ProducerSequence.Key(1, 0), new SequenceState(0, 5)));
		this.lane.step(0);
		assertThat(pending.future()).as("the lane knows better").isNotDone();
		assertThat(this.held.size()).isOne();
		this.lane.resume(this.held.close());
		this.lane.step(0);
		assertThat(pending.future()).isCompletedWithValue(outcome(early(pending.request())));
	}

	@Test
	void releasedAppendsAreTakenThoughTheQueueIsFull() throws InterruptedException {
		this.lane = lane(1, 1_000_000);
		appending(WriterLaneTest::early);
		PendingAppend pending = offerPatient(6);
		this.lane.step(0);
		offer(2);
		this.lane.resume(this.held.close());
		assertThat(this.lane.queued()).isEqualTo(2);
		this.lane.step(0);
		this.lane.step(0);
		assertThat(pending.future()).isDone();
	}

	/** Without an identity, a second run would store it twice. */
	@Test
	void committedGroupIsNotRunAgainWhenItsAnswerFails() throws InterruptedException {
		willThrow(new IllegalStateException("no answer")).given(this.ends).publish(anyInt(), anyLong());
		List<PendingAppend> pending = List.of(offer(Appends.anonymous(0, 1)), offer(Appends.anonymous(0, 1)));
		this.lane.step(0);
		assertThat(this.groups).hasSize(1);
		assertThat(pending).allSatisfy((one) -> assertThat(problem(one).code()).isEqualTo("INTERNAL_ERROR"));
	}

	@Test
	void releasedAppendsAreNotLostBehindAFailure() throws InterruptedException {
		appending(WriterLaneTest::early);
		PendingAppend second = offerPatient(6);
		this.lane.step(0);
		PendingAppend first = offerPatient(5);
		PendingAppend retry = offer(2);
		appending((request) -> (request == retry.request()) ? Appends.repeated(request, 7) : sequenced(request));
		willThrow(new StackOverflowError()).given(this.verifier).verify(any());
		this.lane.step(0);
		assertThat(first.future()).isCompletedWithValue(outcome(sequenced(first.request())));
		assertThat(problem(retry).code()).isEqualTo("INTERNAL_ERROR");
		assertThat(this.lane.queued()).as("has its turn").isOne();
		this.lane.step(0);
		assertThat(second.future()).isCompletedWithValue(outcome(sequenced(second.request())));
	}

	@Test
	void readersLearnOfWhatIsCommittedAndOfNothingElse() throws InterruptedException {
		appending((request) -> new IllegalStateException(new SQLException("gone", "08006")));
		offer(Appends.sequenced(0, 1, 0, 0, 1));
		this.lane.step(0);
		appending((request) -> new CommitUnknownException(new SQLException("connection reset", "08006")));
		offer(Appends.sequenced(0, 1, 0, 0, 1));
		this.lane.step(0);
		appending(WriterLaneTest::early);
		offer(Appends.sequenced(0, 1, 0, 9, 1));
		this.lane.step(0);
		assertThat(this.ends.end(0)).as("nothing is known to be durable").isZero();
		appending((request) -> {
			assertThat(this.ends.end(0)).as("before the commit has returned").isZero();
			return sequenced(request);
		});
		offer(Appends.sequenced(0, 1, 0, 5, 1));
		this.lane.step(0);
		assertThat(this.ends.end(0)).isEqualTo(6);
		assertThat(this.ends.end(1)).isZero();
	}

	@Test
	void readersLearnWhatTheLogSaysAfterAnUnknownCommit() throws InterruptedException {
		appending((request) -> (this.groups.size() == 1)
				? new CommitUnknownException(new SQLException("connection reset", "08006"))
				: Appends.repeated(request, 4));
		willAnswer((call) -> {
			assertThat(call.<List<Retry>>getArgument(0)).hasSize(1);
			return List.of(Optional.of(new Receipt(0, 1L, 0L, 3L, 3L, 8L, 8L, 4L, true, Appends.NOW)));
		}).given(this.verifier).verify(any());
		PendingAppend pending = offer(Appends.sequenced(0, 1, 0, 3, 1));
		this.lane.step(0);
		assertThat(pending.future()).isCompleted();
		assertThat(this.ends.end(0)).isEqualTo(9);
	}

	private PendingAppend offerPatient(long base) {
		PendingAppend pending = Appends
			.pending(Appends.patient(Appends.sequenced(0, 1, 0, base, 1), Duration.ofMinutes(1)));
		assertThat(this.lane.offer(pending)).isTrue();
		return pending;
	}

	private static Judgement early(AppendRequest request) {
		return new Judgement.Refused(new AppendDecision.OutOfOrder(5, Appends.range(request).base()));
	}

	private static AppendOutcome outcome(Judgement judgement) {
		return (judgement instanceof Judgement.Stored stored) ? new AppendOutcome.Stored(stored.receipts())
				: new AppendOutcome.Refused(((Judgement.Refused) judgement).refusal());
	}

	private static Judgement sequenced(AppendRequest request) {
		long base = Appends.range(request).base();
		return new Judgement.Stored(new Receipt(0, 1L, 0L, base, base, base, base, base + 1, false, Appends.NOW));
	}

	@ParameterizedTest
	@ValueSource(strings = { "53100", "08006", "55P03" })
	void saysThatItFailsUntilAGroupIsTaken(String state) throws InterruptedException {
		assertThat(this.lane.isFailing()).isFalse();
		appending((request) -> new org.hibernate.exception.GenericJDBCException("", new SQLException("", state)));
		offer(1);
		this.lane.step(0);
		assertThat(this.lane.isFailing()).isTrue();
		storesEverything();
		offer(2);
		this.lane.step(0);
		assertThat(this.lane.isFailing()).isFalse();
	}

	@Test
	void doesNotFailBecauseOfOneRequestsData() throws InterruptedException {
		appending((request) -> new DataException("", new SQLException("", "22001")));
		offer(1);
		this.lane.step(0);
		assertThat(this.lane.isFailing()).isFalse();
	}

	@Test
	void failedVerificationFailsOnlyDuplicates() throws InterruptedException {
		PendingAppend repeated = offer(1);
		PendingAppend appended = offer(2);
		PendingAppend fenced = offer(3);
		Judgement refusal = new Judgement.Refused(new AppendDecision.Fenced(4));
		appending((request) -> (request == repeated.request()) ? Appends.repeated(request, 7)
				: (request == fenced.request()) ? refusal : Appends.judgedStored(request, false));
		willThrow(new IllegalStateException("connection gone")).given(this.verifier).verify(any());
		this.lane.step(0);
		assertThat(problem(repeated).code()).isEqualTo("STORE_UNAVAILABLE");
		assertThat(appended.future()).isCompletedWithValue(Appends.stored(appended.request(), false));
		assertThat(fenced.future()).isCompletedWithValue(outcome(refusal));
	}

	@Test
	void duplicatesAreAnsweredAsVerifiedAndOthersCompared() throws InterruptedException {
		PendingAppend same = offer(1);
		PendingAppend reused = offer(2);
		appending((request) -> Appends.repeated(request, 7));
		willReturn(List.of(Optional.of(Appends.stored(same.request(), true).receipt()), Optional.empty()))
			.given(this.verifier)
			.verify(any());
		willReturn(new Comparison.Different(0)).given(this.comparer).compare(any(), any(), any());
		this.rebatched.start();
		this.lane.step(0);
		assertThat(same.future()).isCompletedWithValue(Appends.stored(same.request(), true));
		assertThat(reused.future().join()).isEqualTo(new AppendOutcome.Reused(0));
		this.rebatched.stop();
	}

	@Test
	void unforeseenErrorAnswersAllAppendsAndLaneGoesOn() throws InterruptedException {
		willThrow(new StackOverflowError()).given(this.transaction).append(any());
		List<PendingAppend> pending = Stream.of(1, 2).map(this::offer).toList();
		assertThat(this.lane.step(0)).isTrue();
		assertThat(pending).allSatisfy((one) -> assertThat(problem(one).code()).isEqualTo("INTERNAL_ERROR"));
		storesEverything();
		PendingAppend next = offer(3);
		this.lane.step(0);
		assertThat(next.future()).isCompletedWithValue(Appends.stored(next.request(), false));
	}

	@Test
	void comparingARetryHoldsUpNoLane() throws InterruptedException {
		CompletableFuture<Comparison> comparison = new CompletableFuture<>();
		willAnswer((call) -> comparison.join()).given(this.comparer).compare(any(), any(), any());
		PendingAppend retry = offer(1);
		appending((request) -> (request == retry.request()) ? Appends.repeated(request, 7)
				: Appends.judgedStored(request, false));
		this.rebatched.start();
		this.lane.step(0);
		PendingAppend fresh = offer(2);
		this.lane.step(0);
		assertThat(fresh.future()).isCompletedWithValue(Appends.stored(fresh.request(), false));
		assertThat(retry.future()).isNotDone();
		comparison.complete(new Comparison.Different(0));
		assertThat(retry.future().join()).isEqualTo(new AppendOutcome.Reused(0));
		this.rebatched.stop();
	}

	@Test
	void retriesThatCannotBeComparedWithinTheTimeoutAreUnknown() throws InterruptedException {
		AppendRequest request = Appends.sequenced(0, 1, 0, 0, 1);
		PendingAppend retry = PendingAppend.of(request, AnswerTimeout.after(Duration.ofNanos(1)));
		this.rebatched.submit(new Retry(retry, Appends.repeated(request, 7)));
		this.rebatched.sweep();
		assertThat(problem(retry).code()).isEqualTo("STORE_UNAVAILABLE");
	}

	@Test
	void refusesTooManyRetriesOfOneProducer() throws InterruptedException {
		appending((request) -> Appends.repeated(request, 7));
		for (int i = 0; i < ProducerRetries.MOST; i++) {
			offer(1);
			this.lane.step(0);
		}
		PendingAppend refused = offer(1);
		PendingAppend other = offer(2);
		this.lane.step(0);
		assertThat(refused.future().join()).isInstanceOf(AppendOutcome.Overloaded.class);
		assertThat(other.future()).isNotDone();
		this.rebatched.stop();
		assertThat(problem(other).code()).as("when the gateway stops").isEqualTo("STORE_UNAVAILABLE");
	}

}
