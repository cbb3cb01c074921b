package org.exactlyonce.gateway.proof.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.exactlyonce.gateway.proof.faults.FaultPlan.Step;

/**
 * Reports the progress of a run on the terminal, and its result, in
 * {@code target/faults/<name>.md}. What was done when is in {@code <name>.log}; after a
 * violation every append is too, and what the gateways have written lies beside it.
 */
final class FaultReport {

	private static final Path FOLDER = Path.of("target", "faults");

	private static final Duration PROGRESS = Duration.ofSeconds(10);

	private final String name;

	private final FaultRun run;

	private final Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS);

	private final Path log;

	private long nextProgress = System.nanoTime();

	FaultReport(String name, FaultRun run) throws IOException {
		this.name = name;
		this.run = run;
		Files.createDirectories(FOLDER);
		this.log = FOLDER.resolve(name + ".log");
		Files.writeString(this.log, run.settings().options() + "\n");
		System.out.printf("[faults] %s: replay with %s%n", name, run.settings().options());
	}

	/** Notes what is done to a target now. */
	synchronized void step(String target, Step step) {
		append("%s %s %s, a pause would last %d ms, %d ms after the one before".formatted(Instant.now(), target,
				step.fault(), step.length().toMillis(), step.delay().toMillis()));
	}

	private void append(String line) {
		try {
			Files.writeString(this.log, line + "\n", StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Prints a line, at most every few seconds. */
	void progress() {
		if (System.nanoTime() - this.nextProgress >= 0) {
			this.nextProgress = System.nanoTime() + PROGRESS.toNanos();
			System.out.printf("[faults] %s %s: kills %d of %d, records %d of %d%n", this.name,
					Duration.between(this.start, Instant.now()).truncatedTo(ChronoUnit.SECONDS),
					this.run.count(Fault.KILL) + this.run.count(Fault.DATABASE_KILL), this.run.settings().kills(),
					this.run.history().acknowledged(), this.run.settings().records());
		}
	}

	/** Writes the report. */
	void write(List<StoredPartition> partitions, List<Violation> violations) throws IOException {
		Map<Violation.Kind, Long> broken = violations.stream()
			.collect(Collectors.groupingBy(Violation::kind, TreeMap::new, Collectors.counting()));
		StringBuilder text = new StringBuilder("# Faults: ").append(this.name).append("\n\n");
		line(text, "Command", "`./mvnw -Pfaults verify " + this.run.settings().options() + "`");
		line(text, "Start", this.start);
		line(text, "End", Instant.now().truncatedTo(ChronoUnit.SECONDS));
		line(text, "Machine", Runtime.getRuntime().availableProcessors() + " processors, Java " + Runtime.version());
		line(text, "Replicas", this.run.replicas().size());
		for (Fault fault : Fault.values()) {
			line(text, fault, this.run.count(fault));
		}
		for (FaultProxy.Trouble trouble : FaultProxy.Trouble.values()) {
			line(text, "Requests, network trouble " + trouble, this.run.count(trouble));
		}
		History history = this.run.history();
		for (SentAppend.Outcome outcome : SentAppend.Outcome.values()) {
			line(text, "Appends " + outcome, history.count(outcome));
		}
		line(text, "Registrations", history.registrations().size());
		line(text, "Records seen by the reader", history.sightings().size());
		line(text, "Records acknowledged as new", history.acknowledged());
		line(text, "Records in the log", partitions.stream().mapToInt((one) -> one.records().size()).sum());
		line(text, "Records deleted by retention", partitions.stream().mapToLong(StoredPartition::start).sum());
		line(text, "Ids", this.run.ids());
		this.run.topics().forEach((topics) -> line(text, "Topics", topics));
		for (Violation.Kind kind : Violation.Kind.values()) {
			line(text, "**" + kind + "**", broken.getOrDefault(kind, 0L));
		}
		Files.writeString(FOLDER.resolve(this.name + ".md"), text);
		System.out.println(text);
		if (!violations.isEmpty()) {
			violations.forEach((violation) -> append(violation.toString()));
			history.registrations().forEach((registration) -> append(registration.toString()));
			history.appends().forEach((append) -> append(append.toString()));
			for (int i = 0; i < this.run.replicas().size(); i++) {
				Files.writeString(FOLDER.resolve(this.name + "-gateway-" + i + ".log"),
						this.run.replicas().get(i).output());
			}
		}
	}

	private static void line(StringBuilder text, Object name, Object value) {
		text.append("- ").append(name).append(": ").append(value).append('\n');
	}

}
