package org.exactlyonce.gateway.commit;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.producer.SequenceRow;
import org.exactlyonce.gateway.sequence.AppendIdentity;
import org.exactlyonce.gateway.sequence.AppendDecision;
import org.exactlyonce.gateway.sequence.SequenceState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * A group is a fold: each request is judged against the state its predecessors left.
 */
class AppendGroupTest {

	private final GroupState committed = new GroupState(new HashMap<>(), new HashMap<>(),
			Set.of(new AppendRequest.Layout(4, 2)), new HashMap<>());

	private Judged judged = new Judged(List.of(),
			new Judged.Changes(List.of(), Map.of(), List.of(), Map.of(), Map.of()));

	AppendGroupTest() {
		partition(0, 0);
		partition(1, 0);
	}

	private void partition(int partition, long logEndOffset) {
		this.committed.partitions()
			.put(partition, new PartitionState(partition, partition, logEndOffset, 0, 0, null, 0));
	}

	private List<Judgement> judge(AppendRequest... requests) {
		this.judged = AppendGroup.judge(new GroupState(Map.copyOf(this.committed.partitions()),
				Map.copyOf(this.committed.sequences()), this.committed.layouts(), Map.copyOf(this.committed.ids())),
				List.of(requests), Appends.NOW);
		return this.judged.judgements();
	}

	private PartitionState changed(int partition) {
		return this.judged.changes()
			.partitions()
			.stream()
			.filter((state) -> state.partition() == partition)
			.findFirst()
			.orElseThrow();
	}

	private void committed(int partition, long producerId, long epoch, long lastSequence) {
		committed(partition, producerId, epoch, lastSequence, null);
	}

	private void committed(int partition, long producerId, long epoch, long lastSequence, @Nullable String owner) {
		this.committed.sequences()
			.put(new ProducerSequence.Key(producerId, partition), new SequenceRow(
					new SequenceState(epoch, lastSequence), lastSequence, (lastSequence >= 0) ? 3L : null, owner));
	}

	@Test
	void pipelinedRequestsOfOneGroupAllSucceed() {
		committed(0, 7, 0, 4);
		partition(0, 100);
		List<Judgement> judgements = judge(Appends.sequenced(0, 7, 0, 5, 1), Appends.sequenced(0, 7, 0, 6, 3),
				Appends.sequenced(0, 7, 0, 9, 1));
		assertThat(judgements).containsExactly(stored(7, 5, 5, 100, 100), stored(7, 6, 8, 101, 103),
				stored(7, 9, 9, 104, 104));
		assertThat(changed(0).logEndOffset()).isEqualTo(105);
		assertThat(this.judged.changes().batches()).hasSize(3);
	}

	@Test
	void partsOfARequestAreAppendedTogether() {
		partition(1, 100);
		List<Judgement> judgements = judge(spread(2, 0, 1), Appends.anonymous(1, 1));
		assertThat(((Judgement.Stored) judgements.get(0)).receipts()).extracting(Receipt::baseOffset)
			.containsExactly(0L, 100L);
		assertThat(((Judgement.Stored) judgements.get(1)).receipts().get(0).baseOffset()).isEqualTo(101);
		assertThat(this.judged.changes().batches()).hasSize(3);
	}

	@Test
	void nothingIsAppendedWhereTheTopicHasGrownOrAPartitionIsGone() {
		assertThat(judge(spread(3, 0, 1), spread(2, 0, 7))).hasOnlyElementsOfType(Judgement.Gone.class);
		assertThat(this.judged.changes().isEmpty()).isTrue();
	}

	/** Spread by a key over the topic 4, which has 2 partitions. */
	private static AppendRequest spread(int partitions, int... parts) {
		return new AppendRequest(
				Arrays.stream(parts).mapToObj((partition) -> Appends.anonymous(partition, 1).parts().get(0)).toList(),
				new AppendRequest.Layout(4, partitions), new AppendIdentity.Anonymous(), Patience.NONE, null);
	}

	@Test
	void retryWithinGroupIsDuplicateOfItsPredecessor() {
		committed(0, 7, 0, -1);
		List<Judgement> judgements = judge(Appends.sequenced(0, 7, 0, 0, 2), Appends.sequenced(0, 7, 0, 0, 2),
				Appends.sequenced(0, 7, 0, 1, 2), Appends.sequenced(0, 7, 0, 3, 1), Appends.sequenced(0, 7, 0, 2, 1));
		assertThat(judgements).containsExactly(stored(7, 0, 1, 0, 1),
				Appends.repeated(Appends.sequenced(0, 7, 0, 0, 2), 2), refused(new AppendDecision.OutOfOrder(2, 1)),
				refused(new AppendDecision.OutOfOrder(2, 3)), stored(7, 2, 2, 2, 2));
		assertThat(changed(0).logEndOffset()).isEqualTo(3);
	}

	@Test
	void patientRequestsFollowTheirPredecessorsWithinTheGroup() {
		committed(0, 7, 0, 4);
		committed(1, 7, 0, 4);
		List<Judgement> judgements = judge(patient(7, 1), patient(6, 1), Appends.sequenced(0, 7, 0, 8, 1),
				patient(9, 2), patient(6, 1), Appends.sequenced(1, 7, 0, 5, 1), patient(5, 1), patient(8, 1));
		assertThat(judgements).containsExactly(stored(7, 7, 7, 2, 2), stored(7, 6, 6, 1, 1),
				refused(new AppendDecision.OutOfOrder(5, 8)), stored(7, 9, 10, 4, 5),
				Appends.repeated(patient(6, 1), 7),
				new Judgement.Stored(new Receipt(1, 7L, 0L, 5L, 5L, 0L, 0L, 6L, false, Appends.NOW)),
				stored(7, 5, 5, 0, 0), stored(7, 8, 8, 3, 3));
		assertThat(changed(0).logEndOffset()).isEqualTo(6);
	}

	@Test
	void patientRequestsWithoutTheirPredecessorsAreEarly() {
		committed(0, 7, 0, 4);
		List<Judgement> judgements = judge(patient(7, 1), Appends.sequenced(0, 7, 0, 5, 1), patient(5, 3));
		assertThat(judgements).containsExactly(refused(new AppendDecision.OutOfOrder(5, 7)), stored(7, 5, 5, 0, 0),
				refused(new AppendDecision.OutOfOrder(6, 5)));
		assertThat(judgements).extracting(Judgement::isEarly).containsExactly(true, false, false);
	}

	private static AppendRequest patient(long base, int count) {
		return Appends.patient(Appends.sequenced(0, 7, 0, base, count), Duration.ofSeconds(1));
	}

	@Test
	void refusalsAndDuplicatesWriteNothing() {
		committed(0, 7, 1, 4);
		this.committed.sequences()
			.put(new ProducerSequence.Key(8, 0), new SequenceRow(SequenceState.UNKNOWN_PRODUCER, -1, null, null));
		List<Judgement> judgements = judge(Appends.sequenced(0, 7, 0, 5, 1), Appends.sequenced(0, 7, 2, 5, 1),
				Appends.sequenced(0, 7, 1, 6, 1), Appends.sequenced(0, 7, 1, 0, 5), Appends.sequenced(0, 8, 0, 0, 1));
		assertThat(judgements).containsExactly(refused(new AppendDecision.Fenced(1)),
				refused(new AppendDecision.EpochNeverIssued(1)), refused(new AppendDecision.OutOfOrder(5, 6)),
				Appends.repeated(Appends.sequenced(0, 7, 1, 0, 5), 5), refused(new AppendDecision.UnknownProducer()));
		assertThat(this.judged.changes().isEmpty()).isTrue();
		assertThat(this.judged.changes().partitions()).isEmpty();
		assertThat(this.judged.changes().sequences()).isEmpty();
	}

	@Test
	void letsTheOwnerAppendAndRefusesOthersBeforeTheirEpochs() {
		committed(0, 7, 1, 4, "a");
		List<Judgement> judgements = judge(Appends.sentBy("b", Appends.sequenced(0, 7, 1, 5, 1)),
				Appends.sentBy("b", Appends.sequenced(0, 7, 0, 5, 1)),
				Appends.sentBy("b", Appends.sequenced(0, 7, 2, 5, 1)),
				Appends.sentBy("b", Appends.sequenced(0, 7, 1, 0, 5)),
				Appends.sentBy("b", Appends.patient(Appends.sequenced(0, 7, 1, 6, 1), Duration.ofSeconds(1))),
				Appends.sentBy("a", Appends.sequenced(0, 7, 1, 5, 1)), Appends.sequenced(0, 7, 1, 6, 1));
		assertThat(judgements.subList(0, 5)).containsOnly(refused(new AppendDecision.NotOwner()));
		assertThat(judgements.subList(5, 7)).hasOnlyElementsOfType(Judgement.Stored.class);
		assertThat(this.judged.changes().claims()).isEmpty();
	}

	@Test
	void firstPrincipalWhoseAppendIsStoredClaimsProducer() {
		committed(0, 7, 0, -1);
		committed(1, 7, 0, 9);
		List<Judgement> judgements = judge(Appends.sentBy("b", Appends.sequenced(0, 7, 0, 1, 1)),
				Appends.sentBy("b", Appends.sequenced(1, 7, 0, 9, 1)),
				Appends.sentBy("a", Appends.sequenced(0, 7, 0, 0, 1)),
				Appends.sentBy("b", Appends.sequenced(0, 7, 0, 1, 1)),
				Appends.sentBy("b", Appends.sequenced(1, 7, 0, 10, 1)),
				Appends.sentBy("a", Appends.sequenced(1, 7, 0, 10, 1)));
		assertThat(judgements).containsExactly(refused(new AppendDecision.OutOfOrder(0, 1)),
				Appends.repeated(Appends.sequenced(1, 7, 0, 9, 1), 10), stored(7, 0, 0, 0, 0),
				refused(new AppendDecision.NotOwner()), refused(new AppendDecision.NotOwner()),
				new Judgement.Stored(new Receipt(1, 7L, 0L, 10L, 10L, 0L, 0L, 11L, false, Appends.NOW)));
		assertThat(this.judged.changes().claims()).isEqualTo(Map.of(7L, "a"));
	}

	@Test
	void unknownProducersAreNotClaimed() {
		this.committed.sequences()
			.put(new ProducerSequence.Key(8, 0), new SequenceRow(SequenceState.UNKNOWN_PRODUCER, -1, null, null));
		assertThat(judge(Appends.sentBy("a", Appends.sequenced(0, 8, 0, 0, 1))))
			.containsExactly(refused(new AppendDecision.UnknownProducer()));
		assertThat(this.judged.changes().claims()).isEmpty();
	}

	@Test
	void producersAndPartitionsDoNotMix() {
		committed(0, 7, 0, -1);
		committed(1, 7, 0, 9);
		committed(0, 8, 0, -1);
		List<Judgement> judgements = judge(Appends.sequenced(0, 7, 0, 0, 1), Appends.anonymous(0, 2),
				Appends.sequenced(0, 8, 0, 0, 1), Appends.sequenced(1, 7, 0, 10, 1), Appends.sequenced(0, 7, 0, 1, 1));
		assertThat(judgements).extracting((judgement) -> ((Judgement.Stored) judgement).receipts().get(0).baseOffset())
			.containsExactly(0L, 1L, 3L, 0L, 4L);
		assertThat(changed(0).logEndOffset()).isEqualTo(5);
		assertThat(changed(1).logEndOffset()).isEqualTo(1);
	}

	@Test
	void countsProducerOnceAndOnlyWithItsFirstRecord() {
		committed(0, 7, 0, -1);
		committed(0, 8, 0, 0);
		judge(Appends.sequenced(0, 7, 0, 0, 1), Appends.sequenced(0, 7, 0, 1, 1), Appends.sequenced(0, 8, 0, 1, 1),
				Appends.anonymous(0, 1));
		assertThat(changed(0).producers()).isEqualTo(1);
	}

	@Test
	void appendWithoutIdentityHasNoProducerFields() {
		assertThat(judge(Appends.anonymous(0, 3))).containsExactly(
				new Judgement.Stored(new Receipt(0, null, null, null, null, 0L, 2L, null, false, Appends.NOW)));
	}

	@Test
	void refusesToJudgeWhatWasNotRead() {
		assertThatIllegalStateException().isThrownBy(() -> judge(Appends.sequenced(0, 9, 0, 0, 1)));
	}

	@Test
	void findsAPartitionGoneThatWasNotThereToBeLocked() {
		assertThat(judge(Appends.anonymous(2, 1), Appends.sequenced(2, 7, 0, 0, 1), Appends.anonymous(0, 1)))
			.startsWith(new Judgement.Gone(), new Judgement.Gone())
			.last()
			.isInstanceOf(Judgement.Stored.class);
	}

	private static Judgement stored(long producerId, long base, long last, long baseOffset, long lastOffset) {
		return new Judgement.Stored(
				new Receipt(0, producerId, 0L, base, last, baseOffset, lastOffset, last + 1, false, Appends.NOW));
	}

	private static Judgement refused(AppendDecision.Refusal refusal) {
		return new Judgement.Refused(refusal);
	}

}
