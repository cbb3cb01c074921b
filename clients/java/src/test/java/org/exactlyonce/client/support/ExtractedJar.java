package org.exactlyonce.client.support;

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
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

import org.springframework.util.FileSystemUtils;

/**
 * The packaged gateway, which the property {@code gateway.jar} names, in the layout that
 * starts fastest: extracted, with an archive of its classes. Made once for all processes
 * and runs of the tests, until there is another jar.
 */
public final class ExtractedJar {

	/** The options that make a start quick, and the gateway slow. */
	public static final List<String> QUICK = List.of("-Xmx384m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

	/** How long each step may take. */
	private static final int MINUTES = 5;

	private static final Path FOLDER = Path.of("target", "extracted-gateway").toAbsolutePath();

	private static List<String> known;

	private ExtractedJar() {
	}

	/**
	 * The arguments of {@code java} that start it; its own follow.
	 * @return the arguments
	 */
	public static synchronized List<String> arguments() {
		if (known == null) {
			known = prepare();
		}
		return known;
	}

	private static List<String> prepare() {
		Path jar = Path.of(System.getProperty("gateway.jar", "none"));
		if (!Files.exists(jar)) {
			throw new IllegalStateException("No gateway at " + jar + ": package it, or name it by -Dgateway.jar.");
		}
		Path extracted = FOLDER.resolve(jar.getFileName());
		Path archive = FOLDER.resolve("classes.jsa");
		try {
			Files.createDirectories(FOLDER.getParent());
			try (FileChannel lock = FileChannel.open(FOLDER.resolveSibling("extracted-gateway.lock"),
					StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
				// Until the channel is closed.
				lock.lock();
				prepare(jar, extracted, archive);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return List.of("-XX:SharedArchiveFile=" + archive, "-jar", extracted.toString());
	}

	private static void prepare(Path jar, Path extracted, Path archive) throws IOException {
		Path done = FOLDER.resolve("made-of");
		String version = jar.getFileName() + " " + Files.size(jar) + " " + checksum(jar);
		if (Files.exists(done) && Files.readString(done).equals(version)) {
			return;
		}
		FileSystemUtils.deleteRecursively(FOLDER);
		run(List.of("-Djarmode=tools", "-jar", jar.toString(), "extract", "--destination", FOLDER.toString()));
		run(List.of("-XX:ArchiveClassesAtExit=" + archive, "-Dspring.context.exit=onRefresh", "-jar",
				extracted.toString(), "--server.port=0", "--gateway.data-dir=" + FOLDER.resolve("training")));
		Files.writeString(done, version);
	}

	/** Its time says nothing: builds give each jar the same. */
	private static long checksum(Path jar) throws IOException {
		try (CheckedInputStream bytes = new CheckedInputStream(Files.newInputStream(jar), new CRC32())) {
			bytes.transferTo(OutputStream.nullOutputStream());
			return bytes.getChecksum().getValue();
		}
	}

	private static void run(List<String> arguments) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
		command.addAll(QUICK);
		command.addAll(arguments);
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
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		finally {
			Files.delete(output);
		}
	}

}
