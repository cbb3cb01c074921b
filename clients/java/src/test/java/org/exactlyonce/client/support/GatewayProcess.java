package org.exactlyonce.client.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The packaged gateway in a process of its own, with its data in a given directory.
 */
public final class GatewayProcess implements AutoCloseable {

	private static final Pattern STARTED = Pattern.compile("Tomcat started on port (\\d+)");

	private final Process process;

	private final int port;

	private GatewayProcess(Process process, int port) {
		this.process = process;
		this.port = port;
	}

	/**
	 * Starts a gateway on a free port.
	 * @param data its data directory
	 * @param arguments more arguments
	 * @return the gateway, ready to serve
	 * @throws IOException if it does not start
	 */
	public static GatewayProcess start(Path data, String... arguments) throws IOException {
		return start(data, 0, arguments);
	}

	/**
	 * Starts a gateway.
	 * @param data its data directory
	 * @param port its port; 0: a free one
	 * @param arguments more arguments
	 * @return the gateway, ready to serve
	 * @throws IOException if it does not start
	 */
	public static GatewayProcess start(Path data, int port, String... arguments) throws IOException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(ExtractedJar.QUICK);
		command.addAll(ExtractedJar.arguments());
		command.addAll(List.of("--server.port=" + port, "--gateway.data-dir=" + data));
		command.addAll(List.of(arguments));
		Path log = Files.createTempFile(data.toAbsolutePath().getParent(), "gateway", ".log");
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
		try {
			return new GatewayProcess(process, port(process, log));
		}
		catch (IOException ex) {
			process.destroyForcibly();
			throw ex;
		}
	}

	private static int port(Process process, Path log) throws IOException {
		long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
		while (process.isAlive() && System.nanoTime() < until) {
			try (BufferedReader lines = Files.newBufferedReader(log, StandardCharsets.UTF_8)) {
				for (String line = lines.readLine(); line != null; line = lines.readLine()) {
					Matcher started = STARTED.matcher(line);
					if (started.find()) {
						return Integer.parseInt(started.group(1));
					}
				}
			}
			try {
				process.waitFor(200, TimeUnit.MILLISECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IOException(ex);
			}
		}
		throw new IOException("The gateway did not start: " + Files.readString(log));
	}

	public int port() {
		return this.port;
	}

	public String url() {
		return "http://127.0.0.1:" + this.port;
	}

	/** Kills it, as {@code kill -9} does. */
	public void kill() {
		this.process.destroyForcibly();
		awaitEnd();
	}

	private void awaitEnd() {
		try {
			this.process.waitFor(30, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void close() {
		this.process.destroy();
		awaitEnd();
		this.process.destroyForcibly();
	}

}
