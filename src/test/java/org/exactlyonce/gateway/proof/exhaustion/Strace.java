package org.exactlyonce.gateway.proof.exhaustion;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The system calls of processes that run already, on files and connections, in one order.
 */
final class Strace implements AutoCloseable {

	private static final String CALLS = "trace=fsync,fdatasync,sync_file_range,msync,write,writev,pwrite64,pwritev,"
			+ "pwritev2,sendto,sendmsg,read,readv,recvfrom,recvmsg";

	private final Process process;

	private final Path trace;

	private Strace(Process process, Path trace) {
		this.process = process;
		this.trace = trace;
	}

	/** Skips a test where nothing can be traced, and says why. */
	static void assumeAvailable() {
		try {
			Process probe = new ProcessBuilder("strace", "-qq", "-o", "/dev/null", "true").redirectErrorStream(true)
				.start();
			String said = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assumeTrue(probe.waitFor() == 0, "strace is not permitted here: " + said);
		}
		catch (IOException ex) {
			assumeTrue(false, "strace is not installed: " + ex.getMessage());
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Attaches to all threads of processes; those they start later are followed.
	 * @param folder where to write the trace
	 * @param pids the processes
	 * @return the running tracer
	 */
	static Strace attach(Path folder, List<Long> pids) {
		List<String> command = new ArrayList<>(
				List.of("strace", "-f", "-ttt", "-yy", "-s", "20000", "-e", CALLS, "-e", "signal=none"));
		Path trace = folder.resolve("trace.txt");
		command.addAll(List.of("-o", trace.toString()));
		pids.forEach((pid) -> command.addAll(List.of("-p", pid.toString())));
		Path messages = folder.resolve("strace.log");
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(messages.toFile())
				.start();
			await().atMost(Duration.ofSeconds(10)).until(() -> {
				List<String> said = Files.readAllLines(messages);
				return pids.stream().allMatch((pid) -> said.stream().anyMatch((line) -> isAbout(line, pid)));
			});
			return new Strace(process, trace);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** One of a server's may have ended by now: it writes nothing any more. */
	private static boolean isAbout(String line, long pid) {
		assumeTrue(!line.contains("not permitted"), "strace may not attach here: " + line);
		return line.contains("Process " + pid + " attached")
				|| (line.contains(" " + pid + ")") && line.contains("No such process"));
	}

	/** Detaches and returns the lines. */
	List<String> stop() {
		close();
		try {
			return Files.readAllLines(this.trace, StandardCharsets.ISO_8859_1);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.process.destroy(); // it lets go of what it traced
		try {
			this.process.waitFor(20, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
