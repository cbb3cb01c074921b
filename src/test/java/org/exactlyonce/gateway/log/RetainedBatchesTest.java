package org.exactlyonce.gateway.log;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.exactlyonce.gateway.bounds.PageMemory;
import org.exactlyonce.gateway.bounds.ReadLimits;
import org.exactlyonce.gateway.bounds.TestLimits;
import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.record.TestRecords;
import org.exactlyonce.gateway.sequence.AppendIdentity;
import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.exactlyonce.gateway.sequence.SequenceRange;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** How long a compared batch is kept in memory, on a clock that the test moves. */
class RetainedBatchesTest {

	private static final long MOST = 1 << 20;

	private static final ProducerSequence.Key KEY = new ProducerSequence.Key(7, 0);

	private long now = Long.MAX_VALUE - 10; // as it may be, it overflows in a moment

	private final ReadLimits limits = TestLimits.ofBytes(MOST);

	private final RetainedBatches retained = new RetainedBatches(this.limits, () -> this.now);

	private void keep(long sequence) {
		SequenceRange range = new SequenceRange(sequence, 1);
		this.retained.keep(KEY,
				new StoredBatch(
						new RecordBatch(0, sequence, new AppendIdentity.Sequenced(new ProducerIdentity(7, 0), range),
								TestRecords.batch(List.of(TestRecords.json("1"))), Instant.EPOCH)));
	}

	private boolean has(long sequence) {
		return this.retained.find(KEY, new SequenceRange(sequence, 1), (batch) -> true) != null;
	}

	private void sweepAfter(Duration time) {
		this.now += time.toNanos();
		this.retained.sweep();
	}

	private boolean isAllMemoryFree() {
		try (PageMemory all = this.limits.memory()) {
			return all.tryReserve(MOST);
		}
	}

	@Test
	void keepsABatchThatIsAskedForAndLetsGoOfOneThatIsNot() {
		keep(0);
		keep(1);
		sweepAfter(Duration.ofMillis(600));
		assertThat(has(0)).isTrue();
		sweepAfter(Duration.ofMillis(600));
		assertThat(has(1)).as("idle for 1200 ms").isFalse();
		assertThat(has(0)).as("idle for 600 ms").isTrue();
		assertThat(isAllMemoryFree()).isFalse();
	}

	@Test
	void asksEveryFiveMillisecondsWhetherItWasDeleted() {
		keep(0);
		SequenceRange range = new SequenceRange(0, 1);
		this.now += Duration.ofMillis(5).toNanos();
		assertThat(this.retained.find(KEY, range, (batch) -> false)).as("not asked yet").isNotNull();
		this.now++;
		assertThat(this.retained.find(KEY, range, (batch) -> false)).isNull();
		assertThat(this.retained.find(KEY, range, (batch) -> true)).isNotNull();
		assertThat(this.retained.find(KEY, range, (batch) -> false)).as("just asked").isNotNull();
	}

	@Test
	void givesItsMemoryBack() {
		keep(0);
		assertThat(isAllMemoryFree()).isFalse();
		sweepAfter(Duration.ofSeconds(1));
		assertThat(isAllMemoryFree()).as("idle for no more than a second").isFalse();
		sweepAfter(Duration.ofNanos(1));
		assertThat(isAllMemoryFree()).isTrue();
	}

	@Test
	void keepsTheTwoThatWereComparedLast() {
		keep(0);
		keep(1);
		keep(2);
		assertThat(has(0)).isFalse();
		assertThat(has(1)).isTrue();
		assertThat(has(2)).isTrue();
		sweepAfter(Duration.ofSeconds(2));
		assertThat(isAllMemoryFree()).as("of all three").isTrue();
	}

}
