package org.exactlyonce.benchmark;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A ratio compares what was measured in one round, so that no drift is in it.
 */
class GrowthTest {

	private static final Growth.Figure FIGURE = new Growth.Figure("append", "ms", Growth.AT_MOST);

	private final Growth growth = new Growth("Paper", List.of(16L, 1_000L, 10_000L));

	@Test
	void ratioIsTheMedianOfTheRounds() {
		rounds(0, 1, 2, 4);
		rounds(1, 1, 2, 4);
		rounds(2, 1.1, 6, 4.8);
		assertThat(this.growth.ratio(FIGURE, 0)).isEqualTo(1);
		assertThat(this.growth.ratio(FIGURE, 1)).isEqualTo(1);
		assertThat(this.growth.ratio(FIGURE, 2)).isEqualTo(4.8 / 4);
	}

	@Test
	void tableHasMediansAndRatios() {
		rounds(0, 1, 2, 4);
		rounds(1, 1, 2, 4);
		rounds(2, 1.1, 6, 4.8);
		assertThat(this.growth.table().toText().strip().lines().map((line) -> line.strip().split("\\s{2,}")))
			.containsExactly(
					new String[] { "on Paper", "empty", "1,000", "10,000", "1,000 / empty", "10,000 / empty",
							"target" },
					new String[] { "append", "ms", "2.00", "2.00", "4.80", "1.00 x", "1.20 x", "at most 1.2 x" });
	}

	@Test
	void comparesWithAnotherFigureOfTheEmptyLog() {
		rounds(0, 1, 2, 4);
		Growth.Figure other = new Growth.Figure("other", "append", "ms", Growth.AT_MOST);
		for (double value : new double[] { 2, 4, 8 }) {
			this.growth.add(other, 1, value);
		}
		assertThat(this.growth.ratio(other, 1)).isEqualTo(2);
	}

	@Test
	void whatHasNoTargetHasNoRatio() {
		for (int log = 0; log < this.growth.logs(); log++) {
			this.growth.add(Growth.Figure.LENGTH, log, 1234);
		}
		assertThat(this.growth.table().toText()).contains("1,234").doesNotContain(" x ");
	}

	@Test
	void lengthsAreWholeTurnsOfTheProducers() {
		assertThat(LogFiller.lengths(10_000_000)).containsExactly(16L, 1_000_000L, 10_000_000L);
		assertThat(LogFiller.lengths(1_000)).containsExactly(16L, 112L, 1_008L);
		assertThat(LogFiller.lengths(1)).containsExactly(16L, 16L, 16L);
	}

	private void rounds(int log, double... values) {
		for (double value : values) {
			this.growth.add(FIGURE, log, value);
		}
	}

}
