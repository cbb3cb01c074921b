package org.exactlyonce.benchmark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

import org.HdrHistogram.Histogram;

/**
 * One load on all variants, round by round.
 */
final class Comparison {

	private final Scenario scenario;

	private final Map<Variant, List<Sample>> samples = new EnumMap<>(Variant.class);

	Comparison(Scenario scenario) {
		this.scenario = scenario;
	}

	Scenario scenario() {
		return this.scenario;
	}

	void add(Variant variant, Sample sample) {
		this.samples.computeIfAbsent(variant, (key) -> new ArrayList<>()).add(sample);
	}

	boolean has(Variant variant) {
		return this.samples.containsKey(variant);
	}

	double median(Variant variant, ToDoubleFunction<Sample> figure) {
		return Median.of(this.samples.getOrDefault(variant, List.of()).stream().mapToDouble(figure));
	}

	/** The median of the rounds' ratios of the gateway to another; NaN without either. */
	double ratioTo(Variant other, ToDoubleFunction<Sample> figure) {
		if (!has(Variant.GATEWAY) || !has(other)) {
			return Double.NaN;
		}
		List<Sample> gateway = this.samples.get(Variant.GATEWAY);
		List<Sample> others = this.samples.get(other);
		double[] ratios = new double[gateway.size()];
		Arrays.setAll(ratios, (i) -> figure.applyAsDouble(gateway.get(i)) / figure.applyAsDouble(others.get(i)));
		return Median.of(DoubleStream.of(ratios));
	}

	/** The latencies of all rounds. */
	Histogram latencies(Variant variant) {
		Histogram all = new Histogram(3);
		this.samples.get(variant).forEach((sample) -> all.add(sample.latencies()));
		return all;
	}

	long retries(Variant variant) {
		return this.samples.getOrDefault(variant, List.of()).stream().mapToLong(Sample::retries).sum();
	}

}
