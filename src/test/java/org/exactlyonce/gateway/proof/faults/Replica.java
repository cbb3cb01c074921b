package org.exactlyonce.gateway.proof.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.Signal;

/**
 * One gateway behind its bad network. The caller that breaks it starts it again.
 */
final class Replica implements AutoCloseable {

	private static final long START_PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

	private final FaultProxy proxy;

	private final String[] arguments;

	private final List<GatewayProcess> processes = new ArrayList<>();

	private GatewayProcess process;

	Replica(FaultProxy proxy, String... arguments) {
		this.proxy = proxy;
		this.arguments = arguments;
	}

	/** Starts it, as often as it takes: its database may be away. */
	void start() {
		long end = System.nanoTime() + START_PATIENCE_NANOS;
		while (true) {
			try {
				this.process = GatewayProcess.start(this.arguments);
				this.processes.add(this.process);
				this.proxy.target(this.process.port());
				return;
			}
			catch (IllegalStateException ex) {
				if (System.nanoTime() > end) {
					throw ex;
				}
			}
		}
	}

	void kill() {
		this.process.kill();
		start();
	}

	void terminate() {
		this.process.terminate();
		this.process.exitCode();
		start();
	}

	void pause(Duration length) throws IOException, InterruptedException {
		Signal.send("STOP", List.of(this.process.handle()));
		Thread.sleep(length.toMillis());
		Signal.send("CONT", List.of(this.process.handle()));
	}

	FaultProxy proxy() {
		return this.proxy;
	}

	GatewayProcess process() {
		return this.process;
	}

	/** What it has written, from its first start to its last. */
	String output() {
		return this.processes.stream()
			.map(GatewayProcess::output)
			.collect(Collectors.joining("\n--- started again\n\n"));
	}

	@Override
	public void close() throws IOException {
		this.proxy.close();
		if (this.process != null) {
			this.process.close();
		}
	}

}
