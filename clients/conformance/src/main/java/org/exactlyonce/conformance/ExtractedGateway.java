package org.exactlyonce.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The gateway's jar in the layout that starts fastest: extracted, with an archive of its
 * classes. It pays back at the third start, and a run has dozens.
 */
final class ExtractedGateway implements AutoCloseable {

	/** The options that make a start quick, and the gateway slow. */
	private static final List<String> QUICK = List.of("-Xmx384m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

	/** How long each step may take. */
	private static final int MINUTES = 5;

	private final Path folder;

	private final List<String> command;

	ExtractedGateway(Path jar) {
		try {
			this.folder = Files.createTempDirectory("conformance-gateway");
			String extracted = this.folder.resolve("gateway").resolve(jar.getFileName()).toString();
			String archive = this.folder.resolve("classes.jsa").toString();
			run(java(List.of("-Djarmode=tools", "-jar", jar.toString(), "extract", "--destination",
					this.folder.resolve("gateway").toString())));
			run(java(List.of("-XX:ArchiveClassesAtExit=" + archive, "-Dspring.context.exit=onRefresh", "-jar",
					extracted, "--server.port=0", "--gateway.data-dir=" + this.folder.resolve("training"))));
			this.command = java(List.of("-XX:SharedArchiveFile=" + archive, "-jar", extracted));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The command that starts it; its arguments follow. */
	List<String> command() {
		return this.command;
	}

	private static List<String> java(List<String> arguments) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(QUICK);
		command.addAll(arguments);
		return List.copyOf(command);
	}

	private void run(List<String> command) throws IOException {
		Path output = this.folder.resolve("preparation.log");
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
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		Folders.delete(this.folder);
	}

}
