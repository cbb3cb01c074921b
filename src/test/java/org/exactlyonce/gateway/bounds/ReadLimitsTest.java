package org.exactlyonce.gateway.bounds;

import java.time.Duration;

import org.exactlyonce.gateway.support.Problems;
import org.junit.jupiter.api.Test;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What readers may take: two turns and a megabyte, without patience.
 */
class ReadLimitsTest {

	private static final long MOST = 1 << 20;

	private final ReadLimits limits = new ReadLimits(
			new ReadProperties(DataSize.ofMegabytes(8), 2, DataSize.ofMegabytes(1), Duration.ZERO));

	@Test
	void refusesReaderWithoutATurn() {
		Problems problem = Problems
			.thrownBy(() -> this.limits.inTurn(() -> this.limits.inTurn(() -> this.limits.inTurn(() -> "a third"))));
		assertThat(problem.code()).isEqualTo("OVERLOADED");
		assertThat(this.limits.<String>inTurn(() -> "given back")).isNotEmpty();
	}

	@Test
	void countsWhatAllPagesTake() {
		PageMemory first = this.limits.memory();
		PageMemory second = this.limits.memory();
		assertThat(first.tryReserve(MOST / 2)).isTrue();
		assertThat(second.tryReserve(MOST / 4)).isTrue();
		assertThat(second.tryReserve(MOST * 3 / 4)).isFalse();
		assertThat(Problems.thrownBy(second::await).code()).isEqualTo("OVERLOADED");
		first.close();
		second.await();
		assertThat(second.tryReserve(MOST * 3 / 4)).isTrue();
	}

	@Test
	void lendsAllToPageThatIsLarger() {
		PageMemory large = this.limits.memory();
		assertThat(large.tryReserve(100 * MOST)).isTrue();
		assertThat(this.limits.memory().tryReserve(1)).isFalse();
		large.close();
		large.close();
		assertThat(this.limits.memory().tryReserve(MOST - 1)).isTrue();
		assertThat(this.limits.memory().tryReserve(1)).as("given back once").isFalse();
	}

	@Test
	void takesBackWhatAPageDoesNotNeed() {
		PageMemory large = this.limits.memory();
		assertThat(large.tryReserve(MOST - 1)).isTrue();
		large.keep(MOST / 2 - 1);
		large.keep(MOST);
		assertThat(this.limits.memory().tryReserve(MOST / 2 - 1)).isTrue();
		assertThat(this.limits.memory().tryReserve(1)).as("kept").isFalse();
		large.close();
		large.keep(0);
		assertThat(this.limits.memory().tryReserve(MOST / 2 - 1)).isTrue();
		assertThat(this.limits.memory().tryReserve(1)).as("given back once").isFalse();
	}

	@Test
	void lendsNothingToReaderThatIsGone() {
		PageMemory gone = this.limits.memory();
		gone.close();
		assertThatThrownBy(() -> gone.tryReserve(1)).isInstanceOf(IllegalStateException.class);
		assertThat(this.limits.memory().tryReserve(MOST - 1)).isTrue();
	}

}
