package org.exactlyonce.gateway.proof.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.exactlyonce.gateway.proof.faults.IdChecker.StoredId;
import org.exactlyonce.gateway.proof.faults.IdHistory.Told;
import org.exactlyonce.gateway.proof.faults.Violation.Kind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The checker of ids finds every fault that is planted, and none in a run without. */
class IdCheckerTest {

	private final IdHistory history = new IdHistory();

	private final List<StoredId> first = new ArrayList<>();

	private final List<StoredId> second = new ArrayList<>();

	/** One is acknowledged twice, one is not though it is there, and one is not there. */
	@BeforeEach
	void aGoodRun() {
		this.history.invoke(IdRequest.of(new Random(1), List.of("a", "b", "c", "unknown")));
		this.first.add(new StoredId(0, "a", IdRequest.value("a")));
		this.second.add(new StoredId(0, "b", IdRequest.value("b")));
		this.second.add(new StoredId(1, "c", IdRequest.value("c")));
		this.history.placed("a", new Told(0, 0), false);
		this.history.placed("a", new Told(0, 0), true);
		this.history.placed("c", new Told(1, 1), true);
	}

	private List<Kind> found() {
		return IdChecker.check(this.history, List.of(this.first, this.second)).stream().map(Violation::kind).toList();
	}

	@Test
	void findsNothingInAGoodRun() {
		assertThat(found()).isEmpty();
	}

	@Test
	void findsWhatIsLost() {
		this.first.clear();
		assertThat(found()).containsExactly(Kind.LOST);
	}

	@Test
	void findsWhatIsThereTwice() {
		this.first.add(new StoredId(1, "b", IdRequest.value("b")));
		assertThat(found()).containsExactly(Kind.DUPLICATE);
	}

	@Test
	void findsWhatWasAcknowledgedElsewhere() {
		this.first.set(0, new StoredId(0, "b", IdRequest.value("b")));
		this.second.set(0, new StoredId(0, "a", IdRequest.value("a")));
		assertThat(found()).containsExactly(Kind.WRONG_OFFSET);
	}

	@Test
	void findsWhatWasNeverSent() {
		this.first.add(new StoredId(1, "refused", IdRequest.value("refused")));
		assertThat(found()).containsExactly(Kind.PHANTOM);
	}

	@Test
	void findsAnotherPayload() {
		this.second.set(0, new StoredId(0, "b", "another/" + IdRequest.value("b")));
		assertThat(found()).containsExactly(Kind.PHANTOM);
	}

	@Test
	void findsAHole() {
		this.second.remove(0);
		assertThat(found()).containsExactly(Kind.HOLE);
	}

	@Test
	void findsAnIdThatWasNewTwice() {
		this.history.placed("a", new Told(0, 0), false);
		assertThat(found()).containsExactly(Kind.DUPLICATE);
	}

	@Test
	void findsTwoPlacesOfOneId() {
		this.history.placed("a", new Told(1, 0), true);
		assertThat(found()).containsExactly(Kind.WRONG_OFFSET);
	}

}
