package org.exactlyonce.gateway.support;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

import org.springframework.util.FileSystemUtils;

/**
 * The packaged jar in the layout that starts fastest: extracted, with an archive of its
 * classes. Made once for all processes and runs of the tests, until there is another jar.
 */
final class ExtractedJar {

	/** The options that make a start quick, and the gateway slow. */
	private static final List<String> QUICK = List.of("-Xmx384m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

	/** How long each step may take. */
	private static final int MINUTES = 5;

	private static final Path JAR = Path.of(System.getProperty("packaged.jar", "none"));

	private static final Path FOLDER = JAR.resolveSibling("extracted-jar");

	private static final Path ARCHIVE = FOLDER.resolve("classes.jsa");

	private static final Path EXTRACTED = FOLDER.resolve(JAR.getFileName());

	private static List<String> command;

	private ExtractedJar() {
	}

	/** The command that starts it. */
	static synchronized List<String> command() {
		if (command == null) {
			try (FileChannel lock = FileChannel.open(JAR.resolveSibling("extracted-jar.lock"),
					StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
				// until the channel is closed
				lock.lock();
				prepare();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			List<String> start = new ArrayList<>(List.of(java()));
			start.addAll(QUICK);
			start.addAll(List.of("-XX:SharedArchiveFile=" + ARCHIVE, "-jar", EXTRACTED.toString()));
			command = List.copyOf(start);
		}
		return command;
	}

	private static void prepare() throws IOException {
		Path done = FOLDER.resolve("made-of");
		String version = version();
		if (Files.exists(done) && Files.readString(done).equals(version)) {
			return;
		}
		FileSystemUtils.deleteRecursively(FOLDER);
		run(List.of("-Djarmode=tools", "-jar", JAR.toString(), "extract", "--destination", FOLDER.toString()));
		Path data = FOLDER.resolve("training");
		List<String> training = new ArrayList<>(QUICK);
		training.addAll(List.of("-XX:ArchiveClassesAtExit=" + ARCHIVE, "-Dspring.context.exit=onRefresh", "-jar",
				EXTRACTED.toString(), "--server.port=0", "--gateway.data-dir=" + data));
		run(training);
		FileSystemUtils.deleteRecursively(data);
		Files.writeString(done, version);
	}

	/**
	 * Which jar it is, and which JVM reads the archive. The jar's time says nothing: each
	 * build gives its jar the same.
	 */
	private static String version() throws IOException {
		try (CheckedInputStream bytes = new CheckedInputStream(Files.newInputStream(JAR), new CRC32())) {
			bytes.transferTo(OutputStream.nullOutputStream());
			return Files.size(JAR) + " " + bytes.getChecksum().getValue() + " " + System.getProperty("java.vm.version");
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
