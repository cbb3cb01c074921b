package org.exactlyonce.benchmark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What is measured, from system properties; left out, a sensible choice of all.
 *
 * @param databases {@code benchmark.database}: h2, postgresql, or both
 * @param variants {@code benchmark.variants}: ceiling, naive, gateway
 * @param scenarios {@code benchmark.scenarios}: loads such as {@code 16c+8p}, or all;
 * {@code benchmark.connections} replaces their connections
 * @param warmUp {@code benchmark.warmup}: seconds with 4 connections, and again at each
 * load
 * @param round {@code benchmark.seconds}: how long each load is measured in a round
 * @param rounds {@code benchmark.rounds}: how often
 */
record Settings(List<Database> databases, List<Variant> variants, List<Scenario> scenarios, Duration warmUp,
		Duration round, int rounds) {

	private static final String DEFAULT_SCENARIOS = "64c,16c,64c+8p,64c+1000b,64c+1000b+ndjson,64c+50d";

	static Settings fromSystemProperties() {
		return fromSystemProperties(10, 8, 3);
	}

	/** With other defaults for how long, and how often. */
	static Settings fromSystemProperties(int warmUp, int round, int rounds) {
		return new Settings(list("benchmark.database", "h2,postgresql", (name) -> Database.valueOf(upper(name))),
				list("benchmark.variants", "ceiling,naive,gateway", (name) -> Variant.valueOf(upper(name))),
				chosenScenarios(), Duration.ofSeconds(Integer.getInteger("benchmark.warmup", warmUp)),
				Duration.ofSeconds(Integer.getInteger("benchmark.seconds", round)),
				Integer.getInteger("benchmark.rounds", rounds));
	}

	private static List<Scenario> chosenScenarios() {
		List<Scenario> scenarios = "all".equals(System.getProperty("benchmark.scenarios")) ? Scenario.all()
				: list("benchmark.scenarios", DEFAULT_SCENARIOS, Scenario::parse);
		List<Integer> connections = list("benchmark.connections", "", Integer::valueOf);
		if (connections.isEmpty()) {
			return scenarios;
		}
		LinkedHashSet<Scenario> replaced = new LinkedHashSet<>();
		scenarios
			.forEach((scenario) -> connections.forEach((number) -> replaced.add(scenario.withConnections(number))));
		return List.copyOf(replaced);
	}

	private static String upper(String name) {
		return name.toUpperCase(Locale.ROOT);
	}

	private static <T> List<T> list(String property, String fallback, Function<String, T> reader) {
		return Arrays.stream(System.getProperty(property, fallback).split(","))
			.map(String::trim)
			.filter((part) -> !part.isEmpty())
			.map(reader)
			.distinct()
			.toList();
	}

	/** How to run the same again. */
	static String command(String test) {
		List<String> command = new ArrayList<>(List.of("./mvnw -Pbenchmark verify -Dit.test=" + test));
		Stream<String> names = System.getProperties().stringPropertyNames().stream();
		names.filter((name) -> name.startsWith("benchmark."))
			.sorted()
			.forEach((name) -> command.add("-D" + name + "=" + System.getProperty(name)));
		return String.join(" ", command);
	}

}
