package org.exactlyonce.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

import org.exactlyonce.gateway.support.OwnPostgres;
import org.h2.engine.Constants;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/**
 * Where one gateway keeps its log: a file of H2, or a PostgreSQL server of its own.
 */
final class Storage implements AutoCloseable {

	private final Path folder;

	private final @Nullable OwnPostgres postgres;

	/**
	 * Starts what is to be started.
	 * @param folder takes the data; empty
	 */
	Storage(Database database, Path folder) throws IOException {
		this.folder = folder;
		this.postgres = (database == Database.POSTGRESQL) ? new OwnPostgres(folder) : null;
	}

	/** Keeps the server's start and stop off the terminal, which shows the progress. */
	static void silencePostgres() {
		LoggingSystem.get(Storage.class.getClassLoader()).setLogLevel("io.zonky.test", LogLevel.WARN);
	}

	/** The arguments of a gateway that uses it. */
	String[] arguments() {
		return (this.postgres != null) ? this.postgres.arguments()
				: new String[] { "--gateway.data-dir=" + this.folder };
	}

	/** A connection to what the gateway uses; to H2 only while no gateway runs. */
	Connection connect() throws SQLException {
		if (this.postgres != null) {
			return DriverManager.getConnection(this.postgres.url(), "postgres", "");
		}
		return DriverManager.getConnection("jdbc:h2:file:" + this.folder.resolve("gateway"), "sa", "");
	}

	/** The database's product and version. */
	String product() throws SQLException {
		if (this.postgres == null) {
			return "H2 " + Constants.VERSION;
		}
		try (Connection connection = connect()) {
			return "PostgreSQL " + connection.getMetaData().getDatabaseProductVersion().replaceAll(" .*", "");
		}
	}

	/** The processes of a server. */
	List<ProcessHandle> processes() throws IOException {
		return (this.postgres != null) ? this.postgres.processes() : List.of();
	}

	/** What it takes on the disk. */
	long bytes() throws IOException {
		try (Stream<Path> files = Files.walk(this.folder)) {
			return files.map(Path::toFile).mapToLong((file) -> file.isFile() ? file.length() : 0).sum();
		}
	}

	@Override
	public void close() throws IOException {
		if (this.postgres != null) {
			this.postgres.close();
		}
	}

}
