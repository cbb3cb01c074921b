package org.exactlyonce.conformance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The arguments of a run.
 *
 * @param gateway the gateway's jar
 * @param driver the driver's command
 * @param only the scenarios to run
 * @param seed what the random faults follow from
 * @param scale how many times the records and kills of the scenarios
 * @param list whether only to say which scenarios there are
 */
record Arguments(Path gateway, List<String> driver, List<String> only, long seed, int scale, boolean list) {

	private static final String USAGE = "Usage: --gateway JAR [--only NAME,NAME] [--seed N] [--scale N] [--list] -- DRIVER ...";

	static Arguments parse(String... arguments) {
		Path gateway = null;
		List<String> driver = List.of();
		List<String> only = Scenario.names();
		long seed = 1;
		int scale = 1;
		boolean list = false;
		for (int i = 0; i < arguments.length; i++) {
			switch (arguments[i]) {
				case "--gateway" -> gateway = Path.of(value(arguments, ++i));
				case "--only" -> only = named(value(arguments, ++i));
				case "--seed" -> seed = Long.parseLong(value(arguments, ++i));
				case "--scale" -> scale = Integer.parseInt(value(arguments, ++i));
				case "--list" -> list = true;
				case "--" -> {
					driver = Arrays.asList(arguments).subList(i + 1, arguments.length);
					i = arguments.length;
				}
				default -> throw new IllegalArgumentException("Unknown: " + arguments[i] + "\n" + USAGE);
			}
		}
		if (!list && (gateway == null || !Files.isRegularFile(gateway) || driver.isEmpty())) {
			throw new IllegalArgumentException("The gateway's jar or the driver is missing: " + gateway + "\n" + USAGE);
		}
		return new Arguments(gateway, driver, only, seed, scale, list);
	}

	private static List<String> named(String names) {
		return switch (names) {
			case "all" -> Scenario.names();
			case "quick" -> Scenario.names().stream().filter(Arguments::isQuick).toList();
			default -> List.of(names.split(","));
		};
	}

	private static boolean isQuick(String name) {
		return name.equals(Vectors.NAME) || name.equals(AnswerVectors.NAME) || Scenario.named(name).startsNoGateway();
	}

	private static String value(String[] arguments, int index) {
		if (index == arguments.length) {
			throw new IllegalArgumentException(arguments[index - 1] + " has no value\n" + USAGE);
		}
		return arguments[index];
	}

}
