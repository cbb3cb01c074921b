package org.exactlyonce.gateway.proof.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.exactlyonce.gateway.proof.faults.History.Ended;
import org.exactlyonce.gateway.proof.faults.History.Position;
import org.exactlyonce.gateway.proof.faults.History.Registration;
import org.exactlyonce.gateway.proof.faults.Violation.Kind;
import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The checker finds every fault that is planted, and none in a run without. */
class HistoryCheckerTest {

	private static final ProducerIdentity FIRST = new ProducerIdentity(1, 0);

	private static final ProducerIdentity SECOND = new ProducerIdentity(1, 1);

	private static final ProducerIdentity OTHER = new ProducerIdentity(2, 0);

	private final History history = new History(List.of(new Place("retained", 0, true)));

	private final List<StoredRecord> log = new ArrayList<>();

	private long start;

	/** What is in every test: two holders of a name, and a producer beside them. */
	private SentAppend append(String tag, ProducerIdentity producer, long baseSequence, int count) {
		return this.history.invoke(new SentAppend(tag, producer, 0, baseSequence, count));
	}

	private void write(SentAppend append) {
		for (long sequence = append.baseSequence(); sequence <= append.lastSequence(); sequence++) {
			ProducerIdentity producer = append.producer();
			this.log.add(new StoredRecord(this.log.size(), producer.producerId(), producer.producerEpoch(), sequence,
					append.value(sequence)));
		}
	}

	private SentAppend stored(String tag, ProducerIdentity producer, long baseSequence, int count) {
		SentAppend append = append(tag, producer, baseSequence, count);
		long base = this.log.size();
		write(append);
		this.history.stored(append, base, this.log.size() - 1, false);
		return append;
	}

	private void registered(long epoch, long lastSequence, long lastOffset) {
		this.history.registered(new Registration("orders", 1, epoch,
				(lastSequence < 0) ? Map.of() : Map.of(0, new Position(lastSequence, lastOffset))));
	}

	/** Offsets 0..2 of the first holder, 3..4 of the other, 5..6 of the second holder. */
	private void aGoodRun() {
		registered(0, -1, -1);
		stored("first", FIRST, 0, 3);
		stored("other", OTHER, 0, 2);
		registered(1, 2, 2);
		stored("second", SECOND, 3, 2);
		this.log.forEach((record) -> this.history.saw(0, record));
	}

	private void replace(int index, long offset, long epoch, long sequence, String value) {
		StoredRecord old = this.log.get(index);
		this.log.set(index, new StoredRecord(offset, old.producerId(), epoch, sequence, value));
	}

	private List<Kind> found() {
		return HistoryChecker.check(this.history, List.of(new StoredPartition(this.start, this.log)))
			.stream()
			.map(Violation::kind)
			.toList();
	}

	@Test
	void findsNothingInAGoodRun() {
		aGoodRun();
		assertThat(found()).isEmpty();
	}

	@Test
	void allowsAnUnknownAppendToBeThereOrNot() {
		aGoodRun();
		write(append("other", OTHER, 2, 1));
		append("other", OTHER, 3, 1);
		assertThat(found()).isEmpty();
	}

	@Test
	void allowsARefusedAppendToBeThereIfTheNetworkRepeatedIt() {
		aGoodRun();
		SentAppend append = append("other", OTHER, 2, 1);
		append.refused();
		append.repeat();
		write(append);
		assertThat(found()).isEmpty();
	}

	@Test
	void allowsARetryThatIsBatchedOtherwise() {
		aGoodRun();
		this.history.stored(append("first", FIRST, 1, 1), 1, 1, true);
		this.history.stored(append("second", SECOND, 3, 2), 5, 6, true);
		assertThat(found()).isEmpty();
	}

	@Test
	void findsALostWrite() {
		aGoodRun();
		this.history.stored(append("other", OTHER, 2, 1), 7, 7, false);
		assertThat(found()).containsOnly(Kind.LOST);
	}

	@Test
	void findsAnAcknowledgedWriteThatOtherDataReplaced() {
		aGoodRun();
		this.history.stored(append("zombie", FIRST, 2, 1), 2, 2, true);
		assertThat(found()).containsOnly(Kind.LOST);
	}

	@Test
	void findsALostRecordWithinABatch() {
		stored("other", OTHER, 0, 5);
		this.log.remove(2);
		assertThat(found()).contains(Kind.LOST, Kind.HOLE, Kind.OUT_OF_ORDER);
	}

	@Test
	void findsALostStateThatARegistrationReported() {
		aGoodRun();
		registered(2, 5, 7);
		assertThat(found()).containsOnly(Kind.LOST);
	}

	@Test
	void findsADuplicateSequence() {
		aGoodRun();
		write(append("other", OTHER, 1, 1));
		assertThat(found()).contains(Kind.DUPLICATE);
	}

	@Test
	void findsADuplicateUnderAnotherSequence() {
		aGoodRun();
		append("other", OTHER, 2, 1);
		this.log.add(new StoredRecord(7, 2, 0, 2, this.log.get(3).value()));
		assertThat(found()).contains(Kind.DUPLICATE);
	}

	@Test
	void findsARecordThatNoClientSent() {
		aGoodRun();
		this.log.add(new StoredRecord(7, 3, 0, 0, "?"));
		assertThat(found()).containsOnly(Kind.PHANTOM);
	}

	@Test
	void findsARecordThatWasSentWithAnotherValue() {
		aGoodRun();
		append("other", OTHER, 2, 1);
		this.log.add(new StoredRecord(7, 2, 0, 2, "?"));
		assertThat(found()).containsOnly(Kind.PHANTOM);
	}

	@Test
	void findsARecordUnderAnEpochItWasNotSentWith() {
		aGoodRun();
		replace(6, 6, 2, 4, this.log.get(6).value());
		assertThat(found()).contains(Kind.PHANTOM);
	}

	@Test
	void findsARefusedRecord() {
		aGoodRun();
		SentAppend append = append("other", OTHER, 2, 1);
		append.refused();
		write(append);
		assertThat(found()).containsOnly(Kind.PHANTOM);
	}

	@Test
	void findsAWrongBaseOffset() {
		aGoodRun();
		this.history.stored(append("first", FIRST, 0, 3), 1, 2, true);
		assertThat(found()).containsOnly(Kind.WRONG_OFFSET);
	}

	@Test
	void findsAWrongLastOffset() {
		aGoodRun();
		this.history.stored(append("first", FIRST, 0, 3), 0, 3, true);
		assertThat(found()).containsOnly(Kind.WRONG_OFFSET);
	}

	@Test
	void findsAWrongOffsetInARegistration() {
		aGoodRun();
		registered(2, 4, 5);
		assertThat(found()).containsOnly(Kind.WRONG_OFFSET);
	}

	@Test
	void findsAHole() {
		aGoodRun();
		write(append("other", OTHER, 2, 1));
		replace(7, 8, 0, 2, this.log.get(7).value());
		assertThat(found()).containsOnly(Kind.HOLE);
	}

	@Test
	void findsASequenceLeftOut() {
		aGoodRun();
		write(append("other", OTHER, 3, 1));
		assertThat(found()).containsOnly(Kind.OUT_OF_ORDER);
	}

	@Test
	void findsSequencesInTheWrongOrder() {
		stored("other", OTHER, 0, 1);
		SentAppend second = append("other", OTHER, 1, 2);
		write(second);
		StoredRecord one = this.log.get(1);
		StoredRecord two = this.log.get(2);
		replace(1, 1, 0, 2, two.value());
		replace(2, 2, 0, 1, one.value());
		assertThat(found()).contains(Kind.OUT_OF_ORDER);
	}

	@Test
	void findsAZombieBehindItsFence() {
		registered(0, -1, -1);
		stored("first", FIRST, 0, 3);
		registered(1, 2, 2);
		stored("first", FIRST, 3, 1);
		assertThat(found()).containsOnly(Kind.ZOMBIE);
	}

	@Test
	void findsAZombieBetweenTheRecordsOfItsSuccessor() {
		stored("first", FIRST, 0, 3);
		stored("second", SECOND, 3, 1);
		stored("first", FIRST, 4, 1);
		assertThat(found()).containsOnly(Kind.ZOMBIE);
	}

	@Test
	void findsAnEpochGivenTwice() {
		aGoodRun();
		registered(1, 2, 2);
		assertThat(found()).containsOnly(Kind.EPOCH_REUSED);
	}

	@Test
	void findsANameGivenTwoIds() {
		aGoodRun();
		this.history.registered(new Registration("orders", 9, 5, Map.of()));
		assertThat(found()).containsOnly(Kind.EPOCH_REUSED);
	}

	@Test
	void findsWhatAReaderSawAndIsGone() {
		aGoodRun();
		this.history.saw(0, new StoredRecord(7, 2, 0, 2, "x"));
		this.history.saw(0, new StoredRecord(4, 2, 0, 1, "x"));
		assertThat(found()).containsExactly(Kind.VANISHED, Kind.VANISHED);
	}

	@Test
	void passesOnWhatWasNoticedDuringTheRun() {
		aGoodRun();
		this.history.violated(Kind.STALE, "a reader was shown less");
		assertThat(found()).containsExactly(Kind.STALE);
	}

	/** Retention takes offsets 0 to 4, and the first record of the other producer. */
	private void aRunWithRetention() {
		aGoodRun();
		this.start = 5;
		this.log.subList(0, 5).clear();
		this.history.sawStart(0, 5);
		this.history.stored(append("first", FIRST, 0, 3), SentAppend.NO_OFFSET, SentAppend.NO_OFFSET, true);
		registered(2, 4, 6);
		this.history.registered(new Registration("other", 2, 0, Map.of(0, new Position(1, SentAppend.NO_OFFSET))));
		this.history.ended(new Ended(1, Map.of(0, 5L)));
		this.history.ended(new Ended(2, Map.of(0, 2L)));
	}

	@Test
	void allowsWhatRetentionHasDeleted() {
		aRunWithRetention();
		assertThat(found()).isEmpty();
	}

	@Test
	void findsALostWriteAboveTheStart() {
		aRunWithRetention();
		this.history.stored(append("other", OTHER, 2, 1), 7, 7, false);
		assertThat(found()).contains(Kind.LOST);
	}

	@Test
	void findsALostFirstRecordAboveTheStart() {
		aRunWithRetention();
		this.log.remove(0);
		assertThat(found()).contains(Kind.LOST, Kind.HOLE);
	}

	@Test
	void findsADeletedBatchThatIsBack() {
		aRunWithRetention();
		this.history.stored(append("second", SECOND, 3, 2), SentAppend.NO_OFFSET, SentAppend.NO_OFFSET, true);
		assertThat(found()).containsOnly(Kind.WRONG_OFFSET);
	}

	@Test
	void findsAStartThatWentBack() {
		aRunWithRetention();
		this.history.sawStart(0, 6);
		assertThat(found()).containsOnly(Kind.STALE);
	}

	@Test
	void findsAForgottenSequence() {
		aRunWithRetention();
		this.history.ended(new Ended(2, Map.of(0, 1L)));
		assertThat(found()).containsOnly(Kind.FORGOTTEN);
	}

	@Test
	void findsASequenceOfNobody() {
		aRunWithRetention();
		this.history.ended(new Ended(1, Map.of(0, 7L)));
		assertThat(found()).containsOnly(Kind.FORGOTTEN);
	}

	@Test
	void findsADeletedRecordOfAPartitionThatKeepsAll() {
		History keeping = new History(List.of(new Place("records", 0, false)));
		assertThat(HistoryChecker.check(keeping, List.of(new StoredPartition(1, List.of()))))
			.extracting(Violation::kind)
			.containsExactly(Kind.LOST);
	}

	/** Whatever one record of a log is changed to, the receipts do not fit any more. */
	@Property(tries = 100)
	void findsAnyChangeOfAStoredRecord(@ForAll Random random) {
		for (int i = 0; i < 10; i++) {
			stored("other", OTHER, this.log.size(), 1 + random.nextInt(5));
		}
		int index = random.nextInt(this.log.size());
		StoredRecord old = this.log.get(index);
		switch (random.nextInt(4)) {
			case 0 -> this.log.remove(index);
			case 1 -> this.log.add(index, old);
			case 2 -> replace(index, old.offset(), 0, old.sequence(), old.value() + "!");
			default -> replace(index, old.offset(), 0, old.sequence() + 1, old.value());
		}
		assertThat(found()).isNotEmpty();
	}

}
