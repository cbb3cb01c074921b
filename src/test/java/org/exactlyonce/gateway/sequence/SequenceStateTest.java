package org.exactlyonce.gateway.sequence;

import java.util.stream.Stream;

import org.exactlyonce.gateway.sequence.AppendDecision.Append;
import org.exactlyonce.gateway.sequence.AppendDecision.Duplicate;
import org.exactlyonce.gateway.sequence.AppendDecision.EpochNeverIssued;
import org.exactlyonce.gateway.sequence.AppendDecision.Fenced;
import org.exactlyonce.gateway.sequence.AppendDecision.OutOfOrder;
import org.exactlyonce.gateway.sequence.AppendDecision.UnknownProducer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * The sequence rule as a table, a row a case of the contract.
 */
class SequenceStateTest {

	private static final long NONE = SequenceState.NONE;

	private static final long MAX = SequenceRange.MAX;

	@ParameterizedTest
	@MethodSource("rows")
	void decides(long currentEpoch, long lastSequence, long epoch, long base, int count, AppendDecision expected) {
		SequenceState state = new SequenceState(currentEpoch, lastSequence);
		AppendDecision decision = state.decide(new ProducerIdentity(7, epoch), new SequenceRange(base, count));
		assertThat(decision).isEqualTo(expected);
	}

	static Stream<Arguments> rows() {
		return Stream.of(row("first append of a producer", 0, NONE, 0, 0, 1, new Append()),
				row("first append is a batch", 0, NONE, 0, 0, 10, new Append()),
				row("first append skips sequence 0", 0, NONE, 0, 1, 1, new OutOfOrder(0, 1)),
				row("next record", 0, 41, 0, 42, 1, new Append()), row("next batch", 0, 41, 0, 42, 3, new Append()),
				row("retry of the last record", 0, 41, 0, 41, 1, new Duplicate()),
				row("retry of the oldest record", 0, 41, 0, 0, 1, new Duplicate()),
				row("retry of everything as one batch", 0, 41, 0, 0, 42, new Duplicate()),
				row("retry in the middle, batched otherwise", 0, 41, 0, 10, 5, new Duplicate()),
				row("retry up to the committed end", 0, 41, 0, 40, 2, new Duplicate()),
				row("gap of one", 0, 41, 0, 43, 1, new OutOfOrder(42, 43)),
				row("large gap", 0, 41, 0, 4_000, 10, new OutOfOrder(42, 4_000)),
				row("batch straddles the end by one", 0, 41, 0, 41, 2, new OutOfOrder(42, 41)),
				row("batch straddles from the start", 0, 41, 0, 0, 43, new OutOfOrder(42, 0)),
				row("sequence goes on in a new epoch", 1, 41, 1, 42, 1, new Append()),
				row("duplicate of an older epoch, sent under the new one", 1, 41, 1, 41, 1, new Duplicate()),
				row("sequence does not restart in a new epoch", 1, 41, 1, 50, 1, new OutOfOrder(42, 50)),
				row("older epoch, next sequence", 1, 41, 0, 42, 1, new Fenced(1)),
				row("older epoch, duplicate", 1, 41, 0, 41, 1, new Fenced(1)),
				row("older epoch, gap", 9, 41, 7, 99, 1, new Fenced(9)),
				row("older epoch, straddling", 9, 41, 8, 41, 2, new Fenced(9)),
				row("epoch never issued, next sequence", 1, 41, 2, 42, 1, new EpochNeverIssued(1)),
				row("epoch never issued, duplicate", 1, 41, 2, 41, 1, new EpochNeverIssued(1)),
				row("epoch never issued, gap", 1, 41, 2, 43, 1, new EpochNeverIssued(1)),
				row("largest epoch", MAX, 41, MAX, 42, 1, new Append()),
				row("below the largest epoch", MAX, 41, MAX - 1, 42, 1, new Fenced(MAX)),
				row("id never issued", NONE, NONE, 0, 0, 1, new UnknownProducer()),
				row("id never issued, any epoch and sequence", NONE, NONE, 5, 9, 2, new UnknownProducer()),
				row("last possible sequence", 0, MAX - 1, 0, MAX, 1, new Append()),
				row("last possible batch", 0, MAX - 10, 0, MAX - 9, 10, new Append()),
				row("duplicate of the last possible sequence", 0, MAX, 0, MAX, 1, new Duplicate()),
				row("straddling just below the end", 0, MAX - 1, 0, MAX - 1, 2, new OutOfOrder(MAX, MAX - 1)),
				row("gap up to the last possible sequence", 0, MAX - 2, 0, MAX, 1, new OutOfOrder(MAX - 1, MAX)));
	}

	private static Arguments row(String name, long currentEpoch, long lastSequence, long epoch, long base, int count,
			AppendDecision expected) {
		return argumentSet(name, currentEpoch, lastSequence, epoch, base, count, expected);
	}

	@Test
	void sequencesNeverWrap() {
		SequenceState full = new SequenceState(0, MAX - 1).after(new SequenceRange(MAX, 1));
		assertThat(full.nextSequence()).isEqualTo(MAX + 1);
		assertThat(full.decide(new ProducerIdentity(7, 0), new SequenceRange(0, 1))).isEqualTo(new Duplicate());
		assertThatIllegalArgumentException().isThrownBy(() -> new SequenceRange(full.nextSequence(), 1));
	}

	@Test
	void stateAfterAppendKeepsEpochAndEndsAtLastSequence() {
		assertThat(new SequenceState(3, 41).after(new SequenceRange(42, 10))).isEqualTo(new SequenceState(3, 51));
	}

	@ParameterizedTest
	@CsvSource({ "41, 1", "43, 1", "0, 42" })
	void stateAfterRefusesWhatIsNotNext(long base, int count) {
		SequenceState state = new SequenceState(0, 41);
		assertThatIllegalArgumentException().isThrownBy(() -> state.after(new SequenceRange(base, count)))
			.withMessageContaining("base sequence is " + base)
			.withMessageContaining("expected is 42");
	}

	@ParameterizedTest
	@CsvSource({ "-1, 1, baseSequence is -1", "0, 0, count is 0", "0, -1, count is -1",
			"9007199254740992, 1, baseSequence is 9007199254740992",
			"9007199254740991, 2, lastSequence is 9007199254740992",
			"9223372036854775807, 1, baseSequence is 9223372036854775807",
			"-9223372036854775808, 1, baseSequence is -9223372036854775808" })
	void refusesImpossibleRange(long base, int count, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> new SequenceRange(base, count))
			.withMessageContaining(message);
	}

	@ParameterizedTest
	@CsvSource({ "0, 1, 0", "5, 3, 7", "9007199254740991, 1, 9007199254740991",
			"9007197107257345, 2147483647, 9007199254740991" })
	void lastIsBasePlusCountMinusOne(long base, int count, long last) {
		assertThat(new SequenceRange(base, count).last()).isEqualTo(last);
	}

	@ParameterizedTest
	@CsvSource({ "-1, 0, producerId is -1", "9007199254740992, 0, producerId is 9007199254740992",
			"0, -1, producerEpoch is -1", "0, 9007199254740992, producerEpoch is 9007199254740992" })
	void refusesImpossibleIdentity(long producerId, long epoch, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> new ProducerIdentity(producerId, epoch))
			.withMessageContaining(message);
	}

	@Test
	void takesEdgesOfIdentity() {
		assertThat(new ProducerIdentity(0, 0)).isNotEqualTo(new ProducerIdentity(MAX, MAX));
	}

}
