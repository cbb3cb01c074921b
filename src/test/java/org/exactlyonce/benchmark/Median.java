package org.exactlyonce.benchmark;

import java.util.stream.DoubleStream;

/** The value in the middle, which one bad round does not move. */
final class Median {

	private Median() {
	}

	/** The upper of two; NaN of none. */
	static double of(DoubleStream values) {
		double[] sorted = values.sorted().toArray();
		return (sorted.length > 0) ? sorted[sorted.length / 2] : Double.NaN;
	}

}
