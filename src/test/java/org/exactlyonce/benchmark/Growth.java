package org.exactlyonce.benchmark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The figures of one database's logs, from the empty one to the longest, round by round.
 */
final class Growth {

	static final String AT_MOST = "at most 1.2 x";

	static final String THE_SAME = "1 x";

	private final String database;

	private final List<Long> lengths;

	private final Map<Figure, List<List<Double>>> values = new LinkedHashMap<>();

	Growth(String database, List<Long> lengths) {
		this.database = database;
		this.lengths = lengths;
	}

	String database() {
		return this.database;
	}

	/** How many logs. */
	int logs() {
		return this.lengths.size();
	}

	/** What a log is called. */
	String label(int log) {
		return (log == 0) ? "empty" : String.format(Locale.ROOT, "%,d", this.lengths.get(log));
	}

	/** Adds the next round's value. */
	void add(Figure figure, int log, double value) {
		this.values
			.computeIfAbsent(figure,
					(any) -> Stream.generate(() -> (List<Double>) new ArrayList<Double>()).limit(logs()).toList())
			.get(log)
			.add(value);
	}

	private double[] rounds(Figure figure, int log) {
		return this.values.get(figure).get(log).stream().mapToDouble(Double::doubleValue).toArray();
	}

	private double median(Figure figure, int log) {
		return Median.of(DoubleStream.of(rounds(figure, log)));
	}

	/** The median of the rounds' ratios to what it is compared with, of the empty log. */
	double ratio(Figure figure, int log) {
		double[] ratios = rounds(figure, log);
		double[] empty = rounds(figure.base(), 0);
		Arrays.setAll(ratios, (round) -> ratios[round] / empty[round]);
		return Median.of(DoubleStream.of(ratios));
	}

	Table table() {
		List<String> heads = new ArrayList<>(List.of("on " + this.database, ""));
		heads.addAll(cells(0, this::label));
		heads.addAll(cells(1, (log) -> label(log) + " / empty"));
		heads.add("target");
		Table table = new Table(heads.toArray(String[]::new));
		String last = "";
		for (Figure figure : this.values.keySet()) {
			List<String> row = new ArrayList<>(List.of(figure.what().equals(last) ? "" : figure.what(), figure.unit()));
			row.addAll(cells(0, (log) -> number(median(figure, log))));
			row.addAll(cells(1, (log) -> figure.target().isEmpty() ? "" : times(ratio(figure, log))));
			row.add(figure.target());
			table.add(row.toArray(String[]::new));
			last = figure.what();
		}
		return table;
	}

	private List<String> cells(int first, IntFunction<String> cell) {
		return IntStream.range(first, logs()).mapToObj(cell).toList();
	}

	private static String number(double value) {
		return String.format(Locale.ROOT, (value < 1000) ? "%.2f" : "%,.0f", value);
	}

	private static String times(double ratio) {
		return String.format(Locale.ROOT, "%.2f x", ratio);
	}

	/**
	 * What was measured.
	 *
	 * @param what of the gateway
	 * @param comparedWith what of the gateway on the empty log
	 * @param unit which figure of it, in which unit
	 * @param target what the ratio to the empty log's should be; empty if it is no matter
	 */
	record Figure(String what, String comparedWith, String unit, String target) {

		/** From the start of the process to readiness, after an orderly stop. */
		static final Figure START = new Figure("start-up", "s", THE_SAME);

		/** The same, after appends and a kill. */
		static final Figure START_AFTER_KILL = new Figure("start-up after kill -9", "s", THE_SAME);

		/** The heap in use after a collection. */
		static final Figure HEAP = new Figure("heap after collection", "MB", THE_SAME);

		/** How far the measured appends have made the log grow. */
		static final Figure LENGTH = new Figure("length at the end", "batches", "");

		Figure(String what, String unit, String target) {
			this(what, what, unit, target);
		}

		private Figure base() {
			return new Figure(this.comparedWith, this.unit, this.target);
		}

	}

}
