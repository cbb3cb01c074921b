package org.exactlyonce.gateway.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.exactlyonce.gateway.support.GatewayProcess;

/**
 * A PostgreSQL whose processes can be killed, with every protection of its data on.
 */
final class OwnPostgres implements Database {

	private static final int START_ATTEMPTS = 20;

	private final Path data;

	private EmbeddedPostgres server;

	OwnPostgres(Path data) throws IOException {
		this.data = data;
		this.server = start(0);
	}

	@Override
	public String[] arguments() {
		return GatewayProcess.onPostgres("jdbc:postgresql://localhost:" + this.server.getPort() + "/postgres");
	}

	@Override
	public List<Fault> faults() {
		return List.of(Fault.DATABASE_KILL, Fault.DATABASE_RESTART, Fault.DATABASE_CRASH);
	}

	@Override
	public void strike(Fault fault) throws IOException {
		switch (fault) {
			case DATABASE_KILL -> kill();
			case DATABASE_RESTART -> restart();
			case DATABASE_CRASH -> killOneSession();
			default -> throw new IllegalArgumentException(fault.toString());
		}
	}

	private EmbeddedPostgres start(int port) throws IOException {
		return EmbeddedPostgres.builder()
			.setDataDirectory(this.data)
			.setCleanDataDirectory(false)
			.setPort(port)
			.setServerConfig("fsync", "on")
			.setServerConfig("synchronous_commit", "on")
			.setServerConfig("full_page_writes", "on")
			.start();
	}

	private void startAgain() throws IOException {
		for (int attempt = 1;; attempt++) {
			try {
				this.server = start(this.server.getPort());
				return;
			}
			catch (IOException | IllegalStateException ex) {
				if (attempt == START_ATTEMPTS) {
					throw ex;
				}
			}
		}
	}

	private void restart() throws IOException {
		this.server.close();
		startAgain();
	}

	/** As if the machine stopped, but for what the kernel has in its cache. */
	private void kill() throws IOException {
		ProcessHandle postmaster = postmaster();
		List<ProcessHandle> sessions = postmaster.descendants().toList();
		postmaster.destroyForcibly();
		sessions.forEach(ProcessHandle::destroyForcibly);
		sessions.forEach((session) -> session.onExit().join());
		postmaster.onExit().join();
		this.server.close();
		startAgain();
	}

	private void killOneSession() throws IOException {
		List<ProcessHandle> sessions = postmaster().children().toList();
		if (!sessions.isEmpty()) {
			sessions.get(ThreadLocalRandom.current().nextInt(sessions.size())).destroyForcibly();
		}
	}

	private ProcessHandle postmaster() throws IOException {
		long pid = Long.parseLong(Files.readAllLines(this.data.resolve("postmaster.pid")).get(0).trim());
		return ProcessHandle.of(pid).orElseThrow(() -> new IOException("PostgreSQL is not running"));
	}

	@Override
	public void close() throws IOException {
		this.server.close();
	}

}
