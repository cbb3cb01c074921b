package org.exactlyonce.gateway.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.springframework.util.FileSystemUtils;

/**
 * The packaged jar in the layout that starts fastest: extracted, with an archive of its
 * classes. Made once by each process of a test run, as it pays back at the third start.
 */
final class ExtractedJar {

	/** The options that make a start quick, and the gateway slow. */
	private static final List<String> QUICK = List.of("-Xmx384m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

	/** How long each step may take. */
	private static final int MINUTES = 5;

	private static final Path JAR = Path.of(System.getProperty("packaged.jar", "none"));

	private static final Path FOLDER = JAR.resolveSibling("extracted-jar-" + ProcessHandle.current().pid());

	private static List<String> command;

	private ExtractedJar() {
	}

	/** The command that starts it. */
	static synchronized List<String> command() {
		if (command == null) {
			command = prepare();
		}
		return command;
	}

	/** A gateway that is still running has what it needs of it. */
	private static void delete() {
		try {
			FileSystemUtils.deleteRecursively(FOLDER);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static List<String> prepare() {
		try {
			Runtime.getRuntime().addShutdownHook(new Thread(ExtractedJar::delete));
			Path archive = FOLDER.resolve("classes.jsa");
			run(List.of("-Djarmode=tools", "-jar", JAR.toString(), "extract", "--destination", FOLDER.toString()));
			Path data = Files.createTempDirectory("training");
			List<String> training = new ArrayList<>(QUICK);
			training.addAll(List.of("-XX:ArchiveClassesAtExit=" + archive, "-Dspring.context.exit=onRefresh", "-jar",
					FOLDER.resolve(JAR.getFileName()).toString(), "--server.port=0", "--gateway.data-dir=" + data));
			run(training);
			FileSystemUtils.deleteRecursively(data);
			List<String> start = new ArrayList<>(List.of(java()));
			start.addAll(QUICK);
			start.addAll(
					List.of("-XX:SharedArchiveFile=" + archive, "-jar", FOLDER.resolve(JAR.getFileName()).toString()));
			return List.copyOf(start);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static String java() {
		return Path.of(System.getProperty("java.home"), "bin", "java").toString();
	}

	private static void run(List<String> arguments) throws IOException {
		List<String> command = Stream.concat(Stream.of(java()), arguments.stream()).toList();
		Path output = Files.createTempFile("extract", ".log");
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(output.toFile())
				.start();
			boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
			process.destroyForcibly();
			if (!ended || process.exitValue() != 0) {
				throw new IllegalStateException(command
						+ (ended ? " ended with " + process.exitValue() : " went on for " + MINUTES + " minutes")
						+ ":\n" + Files.readString(output));
			}
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			Files.delete(output);
		}
	}

}
