package org.exactlyonce.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The gateway as a process on a folder of its own, at one port for all its starts.
 */
final class Gateway implements AutoCloseable {

	private static final Duration START = Duration.ofMinutes(3);

	private final List<String> command;

	private final Path folder;

	private final int port = freePort();

	private final GatewayApi api = new GatewayApi(uri(), () -> this.arguments);

	private List<String> arguments;

	private Process process;

	Gateway(List<String> command, List<String> arguments) {
		this.command = command;
		this.arguments = arguments;
		try {
			this.folder = Files.createTempDirectory("conformance");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		start();
	}

	URI uri() {
		return URI.create("http://127.0.0.1:" + this.port);
	}

	synchronized void kill() {
		try {
			this.process.destroyForcibly().waitFor();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	synchronized void start() {
		List<String> command = new ArrayList<>(this.command);
		command.addAll(
				List.of("--server.address=127.0.0.1", "--server.port=" + this.port, "--gateway.data-dir=" + data()));
		command.addAll(this.arguments);
		try {
			this.process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(this.folder.resolve("gateway.log").toFile()))
				.start();
			awaitReady();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void awaitReady() throws IOException {
		long started = System.nanoTime();
		while (System.nanoTime() - started < START.toNanos()) {
			try {
				if (this.process.waitFor(100, TimeUnit.MILLISECONDS)) {
					break;
				}
				if (this.api.isReady()) {
					return;
				}
			}
			catch (IOException ex) {
				// not yet
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException(ex);
			}
		}
		kill();
		throw new IllegalStateException(
				"The gateway did not start:\n" + Files.readString(this.folder.resolve("gateway.log")));
	}

	void restart(List<String> arguments) {
		stop();
		this.arguments = arguments;
		start();
	}

	/** Copies the data of a gateway that is stopped for it. */
	void backUp() {
		stop();
		Folders.copy(data(), this.folder.resolve("backup"));
		start();
	}

	/** Puts the copy back. */
	void restore() {
		stop();
		Folders.delete(data());
		Folders.copy(this.folder.resolve("backup"), data());
		start();
	}

	private synchronized void stop() {
		this.process.destroy();
		try {
			if (!this.process.waitFor(30, TimeUnit.SECONDS)) {
				kill();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** What it stores, and where to make room for more. */
	GatewayApi api() {
		return this.api;
	}

	private Path data() {
		return this.folder.resolve("data");
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		kill();
		Folders.delete(this.folder);
	}

}
