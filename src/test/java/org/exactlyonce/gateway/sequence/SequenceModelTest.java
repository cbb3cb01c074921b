package org.exactlyonce.gateway.sequence;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import org.exactlyonce.gateway.sequence.AppendDecision.Append;
import org.exactlyonce.gateway.sequence.AppendDecision.Duplicate;
import org.exactlyonce.gateway.sequence.AppendDecision.EpochNeverIssued;
import org.exactlyonce.gateway.sequence.AppendDecision.Fenced;
import org.exactlyonce.gateway.sequence.AppendDecision.OutOfOrder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever clients do, the log holds exactly the accepted records, once each and in
 * order. The model is a plain list; a sequence is an index into it.
 */
class SequenceModelTest {

	@Property
	@StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
	void logHoldsAcceptedRecordsOnceAndInOrder(@ForAll("actions") List<Action> actions) {
		SequenceState state = new SequenceState(0, SequenceState.NONE);
		List<Integer> log = new ArrayList<>();
		List<Integer> accepted = new ArrayList<>();
		for (int i = 0; i < actions.size(); i++) {
			Action action = actions.get(i);
			if (action.kind() == Kind.REGISTER) {
				state = new SequenceState(state.currentEpoch() + 1, state.lastSequence());
				continue;
			}
			SequenceRange range = action.range(log.size());
			AppendDecision decision = state.decide(new ProducerIdentity(1, action.epoch(state)), range);
			Statistics.collect(decision.getClass().getSimpleName());
			assertThat(decision).isEqualTo(action.expected(state, log.size()));
			if (decision instanceof Append) {
				for (int record = 0; record < range.count(); record++) {
					log.add((int) range.base() + record, i);
					accepted.add(i);
				}
				state = state.after(range);
			}
			assertThat(state.nextSequence()).isEqualTo(log.size());
		}
		assertThat(log).isEqualTo(accepted);
		Statistics.coverage((coverage) -> Stream.of("Append", "Duplicate", "OutOfOrder", "Fenced", "EpochNeverIssued")
			.forEach((decision) -> coverage.check(decision).percentage((share) -> share > 3)));
	}

	@Property
	void exactlyOneOfAppendDuplicateAndOutOfOrderHolds(@ForAll("edges") long last, @ForAll("edges") long base,
			@ForAll("counts") int count) {
		long safeBase = Math.min(Math.max(base, 0), SequenceRange.MAX - count + 1);
		SequenceRange range = new SequenceRange(safeBase, count);
		AppendDecision decision = new SequenceState(0, last).decide(new ProducerIdentity(1, 0), range);
		assertThat(decision instanceof Append).isEqualTo(safeBase == last + 1);
		assertThat(decision instanceof Duplicate).isEqualTo(safeBase + count - 1 <= last);
		assertThat(decision instanceof OutOfOrder)
			.isEqualTo(safeBase > last + 1 || safeBase <= last && safeBase + count - 1 > last);
	}

	/** An answer that was lost leads to a retry, and the retry to no second record. */
	@Property
	void everyAcceptedRangeIsDuplicateForEver(@ForAll("batches") List<Integer> counts) {
		SequenceState state = new SequenceState(0, SequenceState.NONE);
		List<SequenceRange> sent = new ArrayList<>();
		for (int count : counts) {
			SequenceRange range = new SequenceRange(state.nextSequence(), count);
			assertThat(state.decide(new ProducerIdentity(1, 0), range)).isInstanceOf(Append.class);
			state = state.after(range);
			sent.add(range);
			for (SequenceRange retry : sent) {
				assertThat(state.decide(new ProducerIdentity(1, 0), retry)).isInstanceOf(Duplicate.class);
			}
		}
	}

	@Provide
	Arbitrary<List<Action>> actions() {
		return Combinators
			.combine(Arbitraries.of(Kind.values()), Arbitraries.integers().between(0, 1000),
					Arbitraries.integers().between(1, 6))
			.as(Action::new)
			.list()
			.ofMaxSize(60);
	}

	@Provide
	Arbitrary<Long> edges() {
		return Arbitraries.oneOf(Arbitraries.longs().between(SequenceState.NONE, 20),
				Arbitraries.longs().between(SequenceRange.MAX - 20, SequenceRange.MAX));
	}

	@Provide
	Arbitrary<Integer> counts() {
		return Arbitraries.integers().between(1, 25);
	}

	@Provide
	Arbitrary<List<Integer>> batches() {
		return Arbitraries.integers().between(1, 100).list().ofMinSize(1).ofMaxSize(20);
	}

	enum Kind {

		REGISTER, NEXT, RETRY, STRADDLE, GAP, STALE_EPOCH, FUTURE_EPOCH

	}

	/**
	 * Something a client does.
	 *
	 * @param kind what
	 * @param choice picks the place, modulo what there is
	 * @param count how many records
	 */
	record Action(Kind kind, int choice, int count) {

		SequenceRange range(int committed) {
			int retry = (committed > 0) ? this.choice % committed : 0;
			return switch (this.kind) {
				case RETRY -> new SequenceRange(retry, (committed > 0) ? Math.min(this.count, committed - retry) : 1);
				case STRADDLE -> new SequenceRange(retry, committed - retry + this.count);
				case GAP -> new SequenceRange(committed + 1 + this.choice, this.count);
				default -> new SequenceRange(committed, this.count);
			};
		}

		long epoch(SequenceState state) {
			return switch (this.kind) {
				case STALE_EPOCH -> Math.max(0, state.currentEpoch() - 1 - this.choice % 3);
				case FUTURE_EPOCH -> state.currentEpoch() + 1 + this.choice;
				default -> state.currentEpoch();
			};
		}

		AppendDecision expected(SequenceState state, int committed) {
			return switch (this.kind) {
				case RETRY -> (committed > 0) ? new Duplicate() : new Append();
				case STRADDLE -> (committed > 0) ? new OutOfOrder(committed, this.choice % committed) : new Append();
				case GAP -> new OutOfOrder(committed, committed + 1 + this.choice);
				case STALE_EPOCH -> (state.currentEpoch() > 0) ? new Fenced(state.currentEpoch()) : new Append();
				case FUTURE_EPOCH -> new EpochNeverIssued(state.currentEpoch());
				default -> new Append();
			};
		}

	}

}
