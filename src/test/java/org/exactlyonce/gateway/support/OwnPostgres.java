package org.exactlyonce.gateway.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import org.springframework.util.FileSystemUtils;

/**
 * A PostgreSQL whose processes can be killed, with every protection of its data on.
 */
public final class OwnPostgres implements AutoCloseable {

	private static final int START_ATTEMPTS = 20;

	private final Path data;

	private EmbeddedPostgres server;

	/**
	 * Starts one.
	 * @param data its folder, empty or absent
	 */
	public OwnPostgres(Path data) throws IOException {
		this.data = data;
		this.server = start(0);
	}

	/** The arguments with which a gateway finds it. */
	public String[] arguments(String... more) {
		return GatewayProcess.onPostgres(url(), more);
	}

	/** Its JDBC URL, for user {@code postgres}. */
	public String url() {
		return "jdbc:postgresql://localhost:" + this.server.getPort() + "/postgres";
	}

	private EmbeddedPostgres start(int port) throws IOException {
		return PostgresServer.durable().setDataDirectory(this.data).setCleanDataDirectory(false).setPort(port).start();
	}

	/**
	 * Starts a standby that streams from it, under the name {@code standby}. It stops for
	 * a moment, to be copied.
	 * @param data the standby's folder, absent
	 */
	public OwnPostgres standby(Path data) throws IOException {
		stop();
		FileSystemUtils.copyRecursively(this.data, data);
		startAgain();
		Files.createFile(data.resolve("standby.signal"));
		Files.writeString(data.resolve("postgresql.auto.conf"),
				"primary_conninfo = 'host=localhost port=%d user=postgres application_name=standby'%n"
					.formatted(this.server.getPort()));
		Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
		return new OwnPostgres(data);
	}

	/** Changes a setting, under open connections. */
	public void set(String setting, String value) throws SQLException {
		execute("alter system set " + setting + " = '" + value + "'");
		execute("select pg_reload_conf()");
	}

	/** Runs a statement in a session of its own. */
	public void execute(String sql) throws SQLException {
		try (Connection connection = DriverManager.getConnection(url(), "postgres", "");
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	/** Asks for one value, in a session of its own. */
	public String ask(String sql) throws SQLException {
		try (Connection connection = DriverManager.getConnection(url(), "postgres", "");
				Statement statement = connection.createStatement();
				ResultSet answer = statement.executeQuery(sql)) {
			answer.next();
			return answer.getString(1);
		}
	}

	/** Its port, which it keeps. */
	public int port() {
		return this.server.getPort();
	}

	/** Starts it again, on the same port and data. */
	public void startAgain() throws IOException {
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

	/** Stops it fast: sessions are ended, and what was committed is kept. */
	public void stop() throws IOException {
		this.server.close();
	}

	/**
	 * Kills all of its processes, as if the machine stopped but for what the kernel has
	 * in its cache, and starts it again.
	 */
	public void kill() throws IOException {
		ProcessHandle postmaster = postmaster();
		List<ProcessHandle> processes = postmaster.descendants().toList();
		postmaster.destroyForcibly();
		processes.forEach(ProcessHandle::destroyForcibly);
		processes.forEach((process) -> process.onExit().join());
		postmaster.onExit().join();
		this.server.close();
		startAgain();
	}

	/** Kills one of its processes; it recovers by itself. */
	public void killOneProcess() throws IOException {
		List<ProcessHandle> processes = postmaster().children().toList();
		if (!processes.isEmpty()) {
			processes.get(ThreadLocalRandom.current().nextInt(processes.size())).destroyForcibly();
		}
	}

	/** Stops all of its processes where they are, as a machine in trouble does. */
	public void freeze() throws IOException {
		signalAll("STOP");
	}

	/** Lets its processes go on. */
	public void thaw() throws IOException {
		signalAll("CONT");
	}

	/** Its processes, those of the sessions too. */
	public List<ProcessHandle> processes() throws IOException {
		ProcessHandle postmaster = postmaster();
		return Stream.concat(Stream.of(postmaster), postmaster.children()).toList();
	}

	private void signalAll(String signal) throws IOException {
		Signal.send(signal, processes());
	}

	/** Whether it is there; a disk without room ends it. */
	public boolean isAlive() {
		try {
			return postmaster().isAlive();
		}
		catch (IOException ex) {
			return false;
		}
	}

	private ProcessHandle postmaster() throws IOException {
		long pid = Long.parseLong(Files.readAllLines(this.data.resolve("postmaster.pid")).get(0).trim());
		return ProcessHandle.of(pid).orElseThrow(() -> new IOException("PostgreSQL is not running"));
	}

	@Override
	public void close() throws IOException {
		stop();
	}

}
