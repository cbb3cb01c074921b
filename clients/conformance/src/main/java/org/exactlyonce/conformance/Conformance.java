package org.exactlyonce.conformance;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs the scenarios against a client.
 */
public final class Conformance implements AutoCloseable {

	private final Path jar;

	private final List<String> driver;

	private final long seed;

	private final int scale;

	private final Path folder;

	private ExtractedGateway gateway;

	private Installation shared;

	private int runs;

	Conformance(Path jar, List<String> driver, long seed, int scale) throws IOException {
		this.jar = jar;
		this.driver = driver;
		this.seed = seed;
		this.scale = scale;
		this.folder = Files.createTempDirectory("conformance");
	}

	/**
	 * Runs what the arguments say; README has them. Ends the JVM with 0 if every scenario
	 * was passed, 1 if not, 2 if the arguments cannot be understood, and 3 if it cannot
	 * go on, as with a gateway that does not start.
	 * @param arguments the arguments, and behind {@code --} the driver
	 */
	public static void main(String[] arguments) {
		System.setProperty("sun.net.httpserver.nodelay", "true");
		Arguments parsed;
		try {
			parsed = Arguments.parse(arguments);
		}
		catch (IllegalArgumentException ex) {
			System.err.println(ex.getMessage());
			System.exit(2);
			return;
		}
		if (parsed.list()) {
			parsed.only().forEach((name) -> System.out.println(name + ": " + shows(name)));
			return;
		}
		int failed = 0;
		try (Conformance suite = new Conformance(parsed.gateway(), parsed.driver(), parsed.seed(), parsed.scale())) {
			for (String name : parsed.only()) {
				failed += suite.report(name, System.out) ? 0 : 1;
			}
		}
		catch (IOException | RuntimeException ex) {
			// the threads of servers and drivers would keep the JVM
			ex.printStackTrace();
			System.exit(3);
		}
		System.out.println((parsed.only().size() - failed) + " passed, " + failed + " failed");
		System.exit((failed == 0) ? 0 : 1);
	}

	private static String shows(String name) {
		return switch (name) {
			case Vectors.NAME -> Vectors.SHOWS;
			case AnswerVectors.NAME -> AnswerVectors.SHOWS;
			default -> Scenario.named(name).shows();
		};
	}

	private boolean report(String name, PrintStream output) throws IOException {
		long started = System.nanoTime();
		try {
			List<String> wrong = run(name, this.driver);
			output.printf("%-6s %s (%.1f s)%n", wrong.isEmpty() ? "ok" : "FAILED", name,
					(System.nanoTime() - started) / 1e9);
			wrong.stream().limit(10).forEach((text) -> output.println("       " + text));
			if (wrong.size() > 10) {
				output.println("       and " + (wrong.size() - 10) + " more");
			}
			return wrong.isEmpty();
		}
		catch (ScenarioSkipped ex) {
			output.printf("%-6s %s (%s)%n", "skip", name, ex.getMessage());
			return true;
		}
	}

	/** Runs a scenario, and returns what was wrong. */
	List<String> run(String name, List<String> driver) throws IOException {
		if (name.equals(Vectors.NAME)) {
			return Vectors.check(driver, this.folder);
		}
		if (name.equals(AnswerVectors.NAME)) {
			return AnswerVectors.check(driver, (any) -> true);
		}
		Scenario scenario = Scenario.named(name).scaled(this.scale);
		String mark = name + "-" + (++this.runs) + "-";
		if (scenario.gateway() != null || scenario.replicas() != 0) {
			try (Installation own = own(scenario)) {
				return ScenarioRun.of(scenario, driver, own, this.folder, mark, this.seed);
			}
		}
		if (this.shared == null) {
			this.shared = Installation.onH2(command(), List.of());
		}
		return ScenarioRun.of(scenario, driver, this.shared, this.folder, mark, this.seed);
	}

	private Installation own(Scenario scenario) {
		List<String> arguments = (scenario.gateway() != null) ? scenario.gateway() : List.of();
		return (scenario.replicas() != 0) ? Installation.onPostgres(command(), arguments, scenario.replicas())
				: Installation.onH2(command(), arguments);
	}

	private List<String> command() {
		if (this.gateway == null) {
			this.gateway = new ExtractedGateway(this.jar);
		}
		return this.gateway.command();
	}

	@Override
	public void close() throws IOException {
		if (this.shared != null) {
			this.shared.close();
		}
		if (this.gateway != null) {
			this.gateway.close();
		}
		Folders.delete(this.folder);
	}

}
