package org.exactlyonce.gateway.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs the JDK's {@code jcmd} on a process, and reads its output.
 */
final class Jcmd {

	private Jcmd() {
	}

	static void collectGarbage(long pid) {
		try {
			Process collection = command(pid, "GC.run").redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.redirectErrorStream(true)
				.start();
			if (!collection.waitFor(30, TimeUnit.SECONDS) || collection.exitValue() != 0) {
				throw new IllegalStateException("The heap was not collected");
			}
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static List<String> threads(long pid) {
		try {
			Process dump = command(pid, "Thread.print").start();
			try (BufferedReader lines = dump.inputReader()) {
				return lines.lines()
					.filter((line) -> line.startsWith("\""))
					.map((line) -> line.substring(1, line.indexOf('"', 1)))
					.toList();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static ProcessBuilder command(long pid, String command) {
		String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
		return new ProcessBuilder(jcmd, Long.toString(pid), command);
	}

}
