package org.exactlyonce.gateway.log;

import java.util.List;
import java.util.Map;

import org.exactlyonce.gateway.log.AppendGroup.Sequence;
import org.exactlyonce.gateway.log.BatchQueries.Size;
import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.sequence.AppendDecision;
import org.exactlyonce.gateway.sequence.SequenceState;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * A group is a fold: each request is judged against the state its predecessors left.
 */
class AppendGroupTest {

	private final LogPartition partition = new LogPartition(0);

	private final LogPartition other = new LogPartition(1);

	private final Map<ProducerSequence.Key, Sequence> states = AppendGroup.states();

	private final AppendGroup group = new AppendGroup(Map.of(0, this.partition, 1, this.other), this.states,
			Appends.NOW);

	private void committed(int partition, long producerId, long epoch, long lastSequence) {
		this.states.put(new ProducerSequence.Key(producerId, partition),
				new Sequence(new SequenceState(epoch, lastSequence), (lastSequence >= 0) ? 3L : null));
	}

	@Test
	void pipelinedRequestsOfOneGroupAllSucceed() {
		committed(0, 7, 0, 4);
		this.partition.advance(100);
		List<AppendOutcome> outcomes = this.group.judge(List.of(Appends.sequenced(0, 7, 0, 5, 1),
				Appends.sequenced(0, 7, 0, 6, 3), Appends.sequenced(0, 7, 0, 9, 1)));
		assertThat(outcomes).containsExactly(stored(7, 5, 5, 100, 100), stored(7, 6, 8, 101, 103),
				stored(7, 9, 9, 104, 104));
		assertThat(this.partition.logEndOffset()).isEqualTo(105);
		assertThat(this.group.writes()).isTrue();
	}

	@Test
	void retryWithinGroupIsDuplicateOfItsPredecessor() {
		committed(0, 7, 0, -1);
		List<AppendOutcome> outcomes = this.group.judge(List.of(Appends.sequenced(0, 7, 0, 0, 2),
				Appends.sequenced(0, 7, 0, 0, 2), Appends.sequenced(0, 7, 0, 1, 2), Appends.sequenced(0, 7, 0, 3, 1),
				Appends.sequenced(0, 7, 0, 2, 1)));
		assertThat(outcomes).containsExactly(stored(7, 0, 1, 0, 1), new AppendOutcome.Repeated(2),
				refused(new AppendDecision.OutOfOrder(2, 1)), refused(new AppendDecision.OutOfOrder(2, 3)),
				stored(7, 2, 2, 2, 2));
		assertThat(this.partition.logEndOffset()).isEqualTo(3);
	}

	@Test
	void patientRequestsFollowTheirPredecessorsWithinTheGroup() {
		committed(0, 7, 0, 4);
		committed(1, 7, 0, 4);
		List<AppendOutcome> outcomes = this.group
			.judge(List.of(patient(7, 1), patient(6, 1), Appends.sequenced(0, 7, 0, 8, 1), patient(9, 2), patient(6, 1),
					Appends.sequenced(1, 7, 0, 5, 1), patient(5, 1), patient(8, 1)));
		assertThat(outcomes).containsExactly(stored(7, 7, 7, 2, 2), stored(7, 6, 6, 1, 1),
				refused(new AppendDecision.OutOfOrder(5, 8)), stored(7, 9, 10, 4, 5), new AppendOutcome.Repeated(7),
				new AppendOutcome.Stored(new Receipt(1, 7L, 0L, 5L, 5L, 0, 0, 6L, false, Appends.NOW)),
				stored(7, 5, 5, 0, 0), stored(7, 8, 8, 3, 3));
		assertThat(this.partition.logEndOffset()).isEqualTo(6);
	}

	@Test
	void patientRequestsWithoutTheirPredecessorsAreEarly() {
		committed(0, 7, 0, 4);
		List<AppendOutcome> outcomes = this.group
			.judge(List.of(patient(7, 1), Appends.sequenced(0, 7, 0, 5, 1), patient(5, 3)));
		assertThat(outcomes).containsExactly(refused(new AppendDecision.OutOfOrder(5, 7)), stored(7, 5, 5, 0, 0),
				refused(new AppendDecision.OutOfOrder(6, 5)));
		assertThat(outcomes)
			.extracting((outcome) -> outcome instanceof AppendOutcome.Refused refused && refused.isEarly())
			.containsExactly(true, false, false);
	}

	private static AppendRequest patient(long base, int count) {
		return Appends.sequenced(0, 7, 0, base, count).patient(true);
	}

	@Test
	void refusalsAndDuplicatesWriteNothing() {
		committed(0, 7, 1, 4);
		this.states.put(new ProducerSequence.Key(8, 0), new Sequence(SequenceState.UNKNOWN_PRODUCER, null));
		List<AppendOutcome> outcomes = this.group.judge(List.of(Appends.sequenced(0, 7, 0, 5, 1),
				Appends.sequenced(0, 7, 2, 5, 1), Appends.sequenced(0, 7, 1, 6, 1), Appends.sequenced(0, 7, 1, 0, 5),
				Appends.sequenced(0, 8, 0, 0, 1)));
		assertThat(outcomes).containsExactly(refused(new AppendDecision.Fenced(1)),
				refused(new AppendDecision.EpochNeverIssued(1)), refused(new AppendDecision.OutOfOrder(5, 6)),
				new AppendOutcome.Repeated(5), refused(new AppendDecision.UnknownProducer()));
		assertThat(this.group.writes()).isFalse();
		assertThat(this.partition.logEndOffset()).isZero();
		assertThat(this.partition.producers()).isZero();
	}

	@Test
	void producersAndPartitionsDoNotMix() {
		committed(0, 7, 0, -1);
		committed(1, 7, 0, 9);
		committed(0, 8, 0, -1);
		List<AppendOutcome> outcomes = this.group
			.judge(List.of(Appends.sequenced(0, 7, 0, 0, 1), Appends.anonymous(0, 2), Appends.sequenced(0, 8, 0, 0, 1),
					Appends.sequenced(1, 7, 0, 10, 1), Appends.sequenced(0, 7, 0, 1, 1)));
		assertThat(outcomes).extracting((outcome) -> ((AppendOutcome.Stored) outcome).receipt().baseOffset())
			.containsExactly(0L, 1L, 3L, 0L, 4L);
		assertThat(this.partition.logEndOffset()).isEqualTo(5);
		assertThat(this.other.logEndOffset()).isEqualTo(1);
	}

	@Test
	void countsProducerOnceAndOnlyWithItsFirstRecord() {
		committed(0, 7, 0, -1);
		committed(0, 8, 0, 0);
		this.group.judge(List.of(Appends.sequenced(0, 7, 0, 0, 1), Appends.sequenced(0, 7, 0, 1, 1),
				Appends.sequenced(0, 8, 0, 1, 1), Appends.anonymous(0, 1)));
		assertThat(this.partition.producers()).isEqualTo(1);
	}

	@Test
	void appendWithoutIdentityHasNoProducerFields() {
		assertThat(this.group.judge(List.of(Appends.anonymous(0, 3)))).containsExactly(
				new AppendOutcome.Stored(new Receipt(0, null, null, null, null, 0, 2, null, false, Appends.NOW)));
	}

	@Test
	void refusesToJudgeWhatWasNotReadOrLocked() {
		assertThatIllegalStateException().isThrownBy(() -> this.group.judge(List.of(Appends.sequenced(0, 9, 0, 0, 1))));
		assertThatIllegalStateException().isThrownBy(() -> this.group.judge(List.of(Appends.anonymous(2, 1))));
	}

	@Test
	void chunksAreBoundedInBytesAndHoldOneBatchAtLeast() {
		List<Size> sizes = List.of(size(0, 40), size(1, 60), size(2, 1), size(3, 500), size(4, 100), size(5, 1));
		assertThat(BatchQueries.chunks(sizes, 100)).containsExactly(sizes.subList(0, 2), sizes.subList(2, 3),
				sizes.subList(3, 4), sizes.subList(4, 5), sizes.subList(5, 6));
		assertThat(BatchQueries.chunks(sizes, 1)).hasSize(6);
		assertThat(BatchQueries.chunks(sizes, 1000)).containsExactly(sizes);
		assertThat(BatchQueries.chunks(List.of(), 100)).isEmpty();
	}

	private static Size size(long base, long bytes) {
		return new Size(base, 1, bytes);
	}

	private static AppendOutcome stored(long producerId, long base, long last, long baseOffset, long lastOffset) {
		return new AppendOutcome.Stored(
				new Receipt(0, producerId, 0L, base, last, baseOffset, lastOffset, last + 1, false, Appends.NOW));
	}

	private static AppendOutcome refused(AppendDecision.Refusal refusal) {
		return new AppendOutcome.Refused(refusal);
	}

}
