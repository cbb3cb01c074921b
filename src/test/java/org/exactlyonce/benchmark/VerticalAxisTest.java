package org.exactlyonce.benchmark;

import java.util.List;
import java.util.stream.DoubleStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * The axis of a chart has round numbers, and every value has its place between them.
 */
class VerticalAxisTest {

	@Test
	void decadesAreAsHighAsOneAnother() {
		VerticalAxis axis = VerticalAxis.decades(curve(0.5, 80));
		assertThat(axis.ticks()).containsExactly(0.1, 1.0, 10.0, 100.0);
		assertThat(axis.ticks().stream().map(axis::label)).containsExactly("0.1", "1", "10", "100");
		assertThat(axis.height(1)).isEqualTo(1.0 / 3, within(1e-9));
		assertThat(axis.height(10)).isEqualTo(2.0 / 3, within(1e-9));
	}

	@Test
	void nothingIsBelowTheFoot() {
		assertThat(VerticalAxis.decades(curve(0, 1, 10)).height(0)).isZero();
	}

	@Test
	void ratiosBeginAtZeroAndShowMoreThanOne() {
		VerticalAxis axis = VerticalAxis.ratios(curve(0.9, 1, 1.1));
		assertThat(axis.ticks()).startsWith(0.0, 0.25).endsWith(1.5);
		assertThat(axis.label(0.25)).isEqualTo("0.25 x");
		assertThat(axis.label(1)).isEqualTo("1 x");
		assertThat(axis.height(0)).isZero();
		assertThat(axis.height(1.5)).isEqualTo(1);
	}

	@Test
	void largeRatiosGetFewLines() {
		for (double highest : new double[] { 1.6, 2.1, 7, 33, 750 }) {
			VerticalAxis axis = VerticalAxis.ratios(curve(1, highest));
			assertThat(axis.ticks()).as("up to %s", highest).hasSizeBetween(3, 9);
			assertThat(axis.height(highest)).isBetween(0.5, 1.0);
		}
	}

	private static List<LineChart.Curve> curve(double... values) {
		return List.of(new LineChart.Curve("any", "any",
				DoubleStream.of(values).mapToObj((value) -> new LineChart.Point(0, value)).toList()));
	}

}
