package org.exactlyonce.client.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import org.exactlyonce.client.support.ExtractedJar;

import org.springframework.util.FileSystemUtils;

/**
 * A server that a test starts as a process of its own, with a folder that is removed when
 * it is stopped.
 */
final class ServerProcess implements AutoCloseable {

	private static final Duration START = Duration.ofSeconds(180);

	private final Path folder;

	private final Process process;

	private ServerProcess(Path folder, Process process) {
		this.folder = folder;
		this.process = process;
	}

	/**
	 * Starts a Java program.
	 * @param quick whether it is to start fast, and to run slowly
	 * @param arguments makes the arguments of {@code java} from the folder
	 */
	static ServerProcess start(boolean quick, Function<Path, List<String>> arguments) {
		try {
			Path folder = Files.createTempDirectory("server");
			List<String> command = new ArrayList<>(
					List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
			command.addAll((quick) ? ExtractedJar.QUICK : List.of("-Xmx512m"));
			command.addAll(arguments.apply(folder));
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(folder.resolve("output").toFile())
				.start();
			Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
			return new ServerProcess(folder, process);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Waits for a line of its output, and returns what follows the text in it. */
	String await(String text) {
		long deadline = System.nanoTime() + START.toNanos();
		while (System.nanoTime() < deadline) {
			int found = output().indexOf(text);
			int end = (found < 0) ? -1 : output().indexOf('\n', found);
			if (end > 0) {
				return output().substring(found + text.length(), end);
			}
			if (!this.process.isAlive()) {
				break;
			}
			pause();
		}
		String output = output();
		close();
		throw new IllegalStateException("No \"" + text + "\" in:\n" + output);
	}

	private String output() {
		try {
			return Files.readString(this.folder.resolve("output"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void pause() {
		try {
			Thread.sleep(100);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Stops the process, or lets it go on. */
	void pause(boolean paused) {
		try {
			new ProcessBuilder("kill", (paused) ? "-STOP" : "-CONT", "" + this.process.pid()).start().onExit().join();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The class path of the tests. */
	static String classPath() {
		return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
	}

	@Override
	public void close() {
		this.process.destroyForcibly().onExit().join();
		try {
			FileSystemUtils.deleteRecursively(this.folder);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
