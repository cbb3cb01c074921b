package org.exactlyonce.client.internals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.exactlyonce.client.Delivery;
import org.exactlyonce.client.ProducerClosedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

class PartitionWriterTest {

	private final WriterFixture fixture = new WriterFixture();

	@Test
	void numbersBatchesAndKeepsAFewUnderWay() {
		this.fixture.add(5);
		assertThat(this.fixture.sends(0)).containsExactly("0:r0", "1:r1", "2:r2");
		this.fixture.stored(0);
		assertThat(this.fixture.sends(3)).containsExactly("3:r3");
	}

	@Test
	void waitsForLingerUnlessTheBatchIsFull() {
		WriterFixture fixture = new WriterFixture(Delivery.EXACTLY_ONCE, 9);
		fixture.add(2);
		assertThat(fixture.sends(0)).isEmpty();
		assertThat(fixture.writer.wakeAt(false, true)).isEqualTo(6);
		fixture.at(6);
		assertThat(fixture.sends(0)).containsExactly("0:r0,r1");
		fixture.add(4);
		assertThat(fixture.sends(1)).containsExactly("2:r2,r3,r4");
	}

	@Test
	void tellsOutcomesInTheOrderSent() {
		this.fixture.add(3);
		this.fixture.stored(2);
		this.fixture.stored(1);
		assertThat(this.fixture.told).isEmpty();
		this.fixture.stored(0);
		this.fixture.run();
		assertThat(this.fixture.told).containsExactly("r0 stored@100", "r1 stored@101", "r2 stored@102");
	}

	@Test
	void sendsTheSameAgainAfterALongerPauseEachTime() {
		this.fixture.add(1);
		this.fixture.lost(0);
		assertThat(this.fixture.writer.wakeAt(true, true)).isEqualTo(11);
		this.fixture.at(11).lost(1);
		assertThat(this.fixture.writer.wakeAt(true, true)).isEqualTo(31);
		this.fixture.at(31);
		assertThat(this.fixture.sends(0)).containsExactly("0:r0", "0:r0", "0:r0");
		assertThat(this.fixture.sent).extracting((each) -> each.batch().body)
			.containsOnly(this.fixture.sent.get(0).batch().body);
	}

	@Test
	void sendsNothingToThePartitionBeforeRetryAfter() {
		this.fixture.add(2);
		this.fixture.answerAfter(0, 429, 1);
		this.fixture.add(1);
		assertThat(this.fixture.sends(2)).isEmpty();
		assertThat(this.fixture.writer.send(1_000_000_000)).isNull();
		assertThat(this.fixture.writer.send(1_000_000_001)).isNotNull();
	}

	@Test
	void sendsAnEarlyBatchAsSoonAsItsPredecessorIsStored() {
		this.fixture.add(2);
		this.fixture.answer(1, 409, "expectedSequence", 0);
		assertThat(this.fixture.sends(2)).isEmpty();
		this.fixture.stored(0);
		assertThat(this.fixture.sends(2)).containsExactly("1:r1");
	}

	@ParameterizedTest
	@CsvSource({ "0, 'r0 NotStoredException;r1 NotStoredException;r2 NotStoredException', ''", "2, '', '0:r0,1:r1'",
			"3, '', '0:r0,1:r1,2:r2'" })
	void settlesByAFenceWhatIsOverItsTime(long nextSequence, String told, String sentAgain) {
		this.fixture.add(3);
		this.fixture.lost(0);
		this.fixture.at(1001);
		assertThat(this.fixture.writer.isStopped()).isTrue();
		int before = this.fixture.sent.size();
		this.fixture.fenced(nextSequence);
		this.fixture.add(1);
		assertThat(String.join(";", this.fixture.told)).isEqualTo(told);
		for (int i = before; i < this.fixture.sent.size(); i++) {
			this.fixture.stored(i);
		}
		assertThat(String.join(",", this.fixture.sends(before)))
			.isEqualTo((sentAgain.isEmpty() ? "" : sentAgain + ",") + nextSequence + ":r3");
		this.fixture.run();
		assertThat(this.fixture.told).hasSize(4).last().isEqualTo("r3 stored@" + (100 + nextSequence));
		assertThat(this.fixture.told.subList(0, (int) nextSequence)).allMatch((each) -> each.contains("stored@"));
	}

	@Test
	void takesNothingForStoredBecauseAFenceSaysHowFarTheLogIs() {
		this.fixture.add(2).at(1001);
		this.fixture.fenced(2);
		assertThat(this.fixture.writer.acknowledged()).isEqualTo(0);
		this.fixture.stored(3);
		assertThat(this.fixture.writer.acknowledged()).isEqualTo(0);
		this.fixture.stored(2);
		assertThat(this.fixture.writer.acknowledged()).isEqualTo(2);
	}

	@Test
	void countsNoAnswerFromBeforeAFence() {
		this.fixture.add(1).at(1001);
		this.fixture.fenced(1);
		this.fixture.run();
		assertThat(this.fixture.sends(1)).containsExactly("0:r0");
		assertThat(this.fixture.answer(0, 403, "code", "PRODUCER_FENCED", "currentEpoch", 99)).isNull();
		assertThat(this.fixture.answer(1, 201, "partition", 0, "baseSequence", 0, "baseOffset", 4, "lastOffset", 4))
			.isNotNull();
		this.fixture.run();
		assertThat(this.fixture.told).containsExactly("r0 stored@4");
	}

	@ParameterizedTest
	@CsvSource({ "1, 413", "6, 413", "1, 400", "6, 400" })
	void countsNoAnswerToWhatAFenceRenumbered(int batchBytes, int status) {
		WriterFixture fixture = new WriterFixture(Delivery.EXACTLY_ONCE, batchBytes);
		fixture.add(2).add(2);
		int last = fixture.sent.size() - 1;
		for (int i = 0; !fixture.writer.isStopped(); i = fixture.sent.size() - 1) {
			fixture.answer(i, 400);
		}
		fixture.fenced(0);
		List<String> again = fixture.sends(last + 1);
		assertThat(fixture.answer(last, status)).isNull();
		assertThat(fixture.writer.isStopped()).isFalse();
		assertThat(fixture.sends(last + 1)).isEqualTo(again);
	}

	@Test
	void saysUnknownOnlyOfWhatMayBeStored() {
		this.fixture.add(2);
		this.fixture.lost(0);
		this.fixture.answer(1, 429);
		this.fixture.at(500).at(1001);
		this.fixture.add(1).at(2000);
		assertThat(this.fixture.told).isEmpty();
		this.fixture.at(2001);
		assertThat(this.fixture.told).startsWith("r0 UnknownOutcomeException");
		assertThat(this.fixture.writer.isUnknown()).isTrue();
		this.fixture.fenced(1);
		this.fixture.add(1);
		assertThat(this.fixture.writer.isUnknown()).isFalse();
		assertThat(this.fixture.sends(this.fixture.sent.size() - 1)).containsExactly("1:r3");
	}

	@Test
	void failsARefusedBatchAloneAndNumbersTheOthersAnew() {
		this.fixture.add(3);
		this.fixture.answer(1, 413);
		assertThat(this.fixture.writer.isStopped()).isTrue();
		this.fixture.stored(0);
		this.fixture.fenced(1);
		this.fixture.run().run();
		assertThat(this.fixture.told).containsExactly("r0 stored@100", "r1 RecordTooLargeException");
		assertThat(this.fixture.sends(3)).containsExactly("1:r2");
	}

	@Test
	void failsAllAtOnceWhereThereIsNoSuchPartitionWithoutAFence() {
		this.fixture.add(5);
		this.fixture.answer(0, 404, "code", "UNKNOWN_TOPIC");
		this.fixture.answer(1, 404, "code", "UNKNOWN_TOPIC");
		assertThat(this.fixture.told).as("one is under way").isEmpty();
		this.fixture.answer(2, 409, "code", "OUT_OF_ORDER_SEQUENCE_NUMBER", "expectedSequence", 0);
		assertThat(this.fixture.told).containsExactly("r0 UnknownPartitionException", "r1 UnknownPartitionException",
				"r2 UnknownPartitionException", "r3,r4 UnknownPartitionException");
		assertThat(this.fixture.removal).isEqualTo(new Removal(Place.ofRecords(0), 0, Removal.ALL));
		assertThat(this.fixture.writer.isStopped()).isFalse();
		this.fixture.add(1);
		assertThat(this.fixture.sends(3)).containsExactly("0:r5");
	}

	@ParameterizedTest
	@CsvSource({ "stored, LogMismatchException", "lost, UnknownPartitionException" })
	void fencesOnceWhereThePartitionIsGoneAndRecordsWereOrMayBeStored(String first, String failure) {
		this.fixture.add(5);
		if (first.equals("stored")) {
			this.fixture.stored(0);
			this.fixture.answer(3, 404, "code", "UNKNOWN_TOPIC");
		}
		else {
			this.fixture.lost(0);
			this.fixture.at(11).answer(3, 404, "code", "UNKNOWN_TOPIC");
		}
		this.fixture.answer(1, 404, "code", "UNKNOWN_TOPIC");
		this.fixture.answer(2, 404, "code", "UNKNOWN_TOPIC");
		assertThat(this.fixture.writer.isStopped()).isTrue();
		this.fixture.fenced(0);
		assertThat(this.fixture.writer.isStopped()).isFalse();
		int stored = first.equals("stored") ? 1 : 0;
		assertThat(this.fixture.told.subList(stored, this.fixture.told.size()))
			.allMatch((each) -> each.endsWith(failure))
			.first(STRING)
			.startsWith("r" + stored);
		assertThat(this.fixture.told).last(STRING).contains("r4");
	}

	@Test
	void failsAllAtOnceWithoutSequences() {
		WriterFixture fixture = new WriterFixture(Delivery.AT_LEAST_ONCE, 1);
		fixture.add(3);
		fixture.answer(0, 404, "code", "UNKNOWN_TOPIC");
		assertThat(fixture.sends(0)).hasSize(1);
		assertThat(fixture.told).allMatch((each) -> each.endsWith("UnknownPartitionException"))
			.last(STRING)
			.contains("r2");
	}

	@Test
	void findsTheRecordThatIsNotValidByHalves() {
		WriterFixture fixture = new WriterFixture(Delivery.EXACTLY_ONCE, 12);
		fixture.add(4);
		fixture.answer(0, 400, "code", "INVALID_REQUEST");
		assertThat(fixture.sends(1)).containsExactly("0:r0,r1", "2:r2,r3");
		fixture.stored(1);
		fixture.answer(2, 400, "code", "INVALID_REQUEST");
		assertThat(fixture.sends(3)).containsExactly("2:r2", "3:r3");
		fixture.answer(3, 400, "code", "INVALID_REQUEST");
		fixture.fenced(2);
		assertThat(fixture.removal).isEqualTo(new Removal(Place.ofRecords(0), 2, 3));
		fixture.run().run();
		assertThat(fixture.told).containsExactly("r0,r1 stored@100", "r2 InvalidRecordException");
		assertThat(fixture.sends(5)).containsExactly("2:r3");
	}

	@Test
	void removesFromDiskWhatItTellsToBeNotStored() {
		this.fixture.add(3).lost(0);
		this.fixture.at(1001).fenced(1);
		assertThat(this.fixture.removal).isEqualTo(new Removal(Place.ofRecords(0), 1, Removal.ALL));
	}

	@ParameterizedTest
	@CsvSource({ "1, 1, 2, '1:r2'", "0, 1, 2, '0:r0,1:r2'", "2, 0, 0, '0:r0,1:r1,2:r2'" })
	void numbersAnewOnlyWhatIsBehindTheRefused(long nextSequence, long from, long to, String sent) {
		this.fixture.add(3);
		this.fixture.answer(1, 415);
		this.fixture.fenced(nextSequence);
		assertThat(this.fixture.removal).isEqualTo((to > 0) ? new Removal(Place.ofRecords(0), from, to) : null);
		List<String> sends = this.fixture.sends(3);
		assertThat(String.join(",", sends)).isEqualTo((nextSequence == 1) ? "0:r0," + sent : sent);
		assertThat(this.fixture.sent.get(this.fixture.sent.size() - 1).batch().body)
			.isSameAs(this.fixture.sent.get(2).batch().body);
	}

	@Test
	void removesAllFromDiskThatIsUnknownOnceItIsKnown() {
		this.fixture.add(2);
		this.fixture.answer(0, 415);
		this.fixture.at(1001);
		assertThat(this.fixture.writer.isUnknown()).isTrue();
		this.fixture.fenced(0);
		assertThat(this.fixture.removal).isEqualTo(new Removal(Place.ofRecords(0), 0, Removal.ALL));
	}

	@ParameterizedTest
	@CsvSource({ "FORBIDDEN, ProducerClosedException", ", UnknownOutcomeException" })
	void takesTheWordOfAGatewayAloneForWhatIsNotStored(String code, String outcome) {
		this.fixture.add(1);
		this.fixture.answer(0, 403, "code", code);
		this.fixture.writer.fail(Outcomes.closed());
		this.fixture.run();
		assertThat(this.fixture.told).containsExactly("r0 " + outcome);
	}

	@ParameterizedTest
	@CsvSource({ "413", "400" })
	void keepsTheOrderWithoutSequences(int status) {
		WriterFixture fixture = new WriterFixture(Delivery.AT_LEAST_ONCE, 12);
		fixture.add(4);
		fixture.answer(0, status);
		assertThat(fixture.sends(1)).containsExactly("r0,r1");
		fixture.answer(1, 503);
		assertThat(fixture.sends(2)).isEmpty();
		assertThat(fixture.writer.wakeAt(true, true)).isEqualTo(11);
		fixture.at(11);
		assertThat(fixture.sends(2)).containsExactly("r0,r1");
		fixture.answer(2, 201, "partition", 0, "baseOffset", 0, "lastOffset", 1);
		assertThat(fixture.sends(3)).containsExactly("r2,r3");
	}

	@Test
	void splitsABatchThatIsTooLargeUnderTheSameSequences() {
		WriterFixture fixture = new WriterFixture(Delivery.EXACTLY_ONCE, 12);
		fixture.add(4);
		fixture.answer(0, 413);
		assertThat(fixture.sends(1)).containsExactly("0:r0,r1", "2:r2,r3");
		assertThat(fixture.writer.isStopped()).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "0, ''", "3, ''", "9, '2:r2,r3'" })
	void takesNoMoreIfTheLogIsNotWhatItWas(long nextSequence, String askedFor) {
		WriterFixture fixture = new WriterFixture(Delivery.EXACTLY_ONCE, 6);
		fixture.add(2).stored(0);
		fixture.add(2).at(1001);
		fixture.fenced(nextSequence);
		fixture.run();
		assertThat(String.join(",", fixture.sends(2))).isEqualTo(askedFor);
		if (!askedFor.isEmpty()) {
			fixture.answer(2, 422);
			fixture.run();
		}
		fixture.add(1);
		assertThat(fixture.told).containsExactly("r0,r1 stored@100", "r2,r3 LogMismatchException",
				"r4 LogMismatchException");
	}

	@Test
	void settlesWhatItCanWhenSomebodyElseWrites() {
		this.fixture.add(3);
		assertThat(this.fixture.answer(1, 422, "code", "SEQUENCE_REUSED").kind()).isEqualTo(Decision.Kind.LOST);
		this.fixture.fenced(3);
		this.fixture.run();
		assertThat(this.fixture.sends(3)).containsExactly("0:r0", "1:r1", "2:r2");
		this.fixture.stored(3);
		this.fixture.answer(4, 422, "code", "SEQUENCE_REUSED");
		this.fixture.stored(5);
		this.fixture.run();
		assertThat(this.fixture.told).containsExactly("r0 stored@100", "r1 LogMismatchException", "r2 stored@102");
	}

	@Test
	void failsAtItsEndWhatIsNotFrozenAndSettlesTheRest() {
		this.fixture.add(5);
		this.fixture.stored(0);
		this.fixture.writer.end(new ProducerClosedException("closed", null, null), this.fixture.now);
		assertThat(this.fixture.writer.isStopped()).isTrue();
		this.fixture.fenced(2);
		this.fixture.run();
		this.fixture.stored(this.fixture.sent.size() - 1);
		this.fixture.run();
		assertThat(this.fixture.told).containsExactly("r0 stored@100", "r1 stored@101", "r2 ProducerClosedException",
				"r3 ProducerClosedException", "r4 ProducerClosedException");
	}

	@ParameterizedTest
	@CsvSource({ "AT_LEAST_ONCE, true, 2, UnknownOutcomeException", "AT_LEAST_ONCE, false, 2, NotStoredException",
			"AT_MOST_ONCE, true, 1, UnknownOutcomeException", "AT_MOST_ONCE, false, 1, NotStoredException" })
	void hasNoSequencesWithoutAnIdentity(Delivery delivery, boolean lost, int sends, String outcome) {
		WriterFixture fixture = new WriterFixture(delivery, 1);
		fixture.add(1);
		if (lost) {
			fixture.lost(0);
		}
		else {
			fixture.answer(0, 429);
		}
		fixture.at(11);
		assertThat(fixture.sends(0)).hasSize(sends).containsOnly("r0");
		if (sends > 1 && !lost) {
			fixture.answer(1, 429);
		}
		fixture.writer.expire(1001);
		assertThat(fixture.writer.isStopped()).isFalse();
		fixture.at(1001);
		assertThat(fixture.told).containsExactly("r0 " + outcome);
	}

}
