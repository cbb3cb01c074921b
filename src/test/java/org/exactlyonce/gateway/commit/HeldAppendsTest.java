package org.exactlyonce.gateway.commit;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.sequence.SequenceState;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who is held, how many, and who is released when.
 */
class HeldAppendsTest {

	private final HeldAppends held = new HeldAppends(5, 100);

	private PendingAppend early(int partition, long producerId, long base, int count, Duration patience) {
		return Appends.pending(Appends.patient(Appends.sequenced(partition, producerId, 0, base, count), patience));
	}

	private PendingAppend hold(long base, int count) {
		PendingAppend pending = early(0, 7, base, count, Duration.ofSeconds(10));
		assertThat(this.held.hold(pending)).isTrue();
		return pending;
	}

	private List<PendingAppend> release(long epoch, long lastSequence) {
		return this.held.release(new ProducerSequence.Key(7, 0), new SequenceState(epoch, lastSequence));
	}

	private static List<Long> bases(List<PendingAppend> released) {
		return released.stream().map((pending) -> Appends.range(pending.request()).base()).toList();
	}

	@Test
	void releasesTheWholeRunInOrderOfSequences() {
		hold(8, 2);
		PendingAppend first = hold(5, 1);
		hold(12, 1);
		hold(6, 2);
		List<PendingAppend> released = release(0, 4);
		assertThat(bases(released)).containsExactly(5L, 6L, 8L);
		assertThat(released.get(0).future()).isSameAs(first.future());
		assertThat(released).allSatisfy((pending) -> assertThat(pending.request().patience().isGranted()).isTrue());
		assertThat(this.held.size()).isOne();
		assertThat(bases(release(0, 11))).containsExactly(12L);
		assertThat(this.held.keys()).isEmpty();
	}

	@Test
	void keepsAppendsThatAreStillEarly() {
		hold(6, 1);
		assertThat(release(0, 4)).isEmpty();
		assertThat(release(0, -1)).as("an old state changes nothing").isEmpty();
		assertThat(this.held.size()).isOne();
	}

	@Test
	void releasesAppendsThatAreFencedOrCommittedMeanwhile() {
		hold(6, 2);
		hold(9, 1);
		assertThat(bases(release(1, 2))).as("fenced").containsExactly(6L, 9L);
		hold(6, 2);
		hold(7, 9);
		hold(20, 1);
		assertThat(bases(release(0, 8))).as("a duplicate, and one that is committed in part").containsExactly(6L, 7L);
	}

	@Test
	void holdsSoManyForEachProducerAndPartition() {
		LongStream.range(1, 6).forEach((base) -> hold(base, 1));
		assertThat(this.held.hold(early(0, 7, 6, 1, Duration.ofSeconds(1)))).isFalse();
		assertThat(this.held.hold(early(1, 7, 6, 1, Duration.ofSeconds(1)))).isTrue();
		assertThat(this.held.hold(early(0, 8, 6, 1, Duration.ofSeconds(1)))).isTrue();
		assertThat(this.held.size()).isEqualTo(7);
		assertThat(this.held.keys()).hasSize(3);
	}

	@Test
	void holdsSoManyInAll() {
		LongStream.range(0, 100).forEach((producer) -> assertThat(hold(producer)).isTrue());
		assertThat(hold(100)).isFalse();
		this.held.releaseDue(System.nanoTime() + Duration.ofSeconds(2).toNanos());
		assertThat(hold(100)).isTrue();
	}

	private boolean hold(long producer) {
		return this.held.hold(early(0, producer, 6, 1, Duration.ofSeconds(1)));
	}

	@Test
	void releasesAppendsThatAreDueToBeJudgedForTheLastTime() {
		PendingAppend shortly = early(0, 7, 5, 1, Duration.ofMillis(100));
		PendingAppend longer = early(0, 7, 6, 1, Duration.ofSeconds(100));
		this.held.hold(shortly);
		this.held.hold(longer);
		assertThat(this.held.releaseDue(shortly.request().patience().untilNanos() - 1)).isEmpty();
		List<PendingAppend> due = this.held.releaseDue(shortly.request().patience().untilNanos());
		assertThat(due).singleElement().satisfies((pending) -> {
			assertThat(pending.future()).isSameAs(shortly.future());
			assertThat(pending.request().patience().isGranted()).isFalse();
		});
		assertThat(this.held.size()).isOne();
	}

	@Test
	void closedReleasesAllAndHoldsNoMoreUntilItIsOpened() {
		hold(5, 1);
		hold(9, 1);
		List<PendingAppend> released = this.held.close();
		assertThat(bases(released)).containsExactly(5L, 9L);
		assertThat(released).noneMatch((pending) -> pending.request().patience().isGranted());
		assertThat(this.held.hold(early(0, 7, 5, 1, Duration.ofSeconds(1)))).isFalse();
		this.held.open();
		hold(5, 1);
	}

	@Test
	void forgetsAppendsThatWereAnsweredOtherwise() {
		LongStream.range(1, 6).forEach((base) -> hold(base, 1).future().cancel(false));
		hold(6, 1);
		assertThat(this.held.size()).isOne();
	}

}
