package org.exactlyonce.gateway.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * A real PostgreSQL, started once a test run from Maven artifacts; every caller gets an
 * empty database of its own.
 */
public final class PostgresServer {

	private static final AtomicInteger databases = new AtomicInteger();

	private static EmbeddedPostgres server;

	private PostgresServer() {
	}

	/**
	 * Creates a database for user {@code postgres}, without a password.
	 * @return its JDBC URL
	 */
	public static String newDatabase() {
		String name = "gateway_" + databases.incrementAndGet();
		try (Connection connection = server().getPostgresDatabase().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("create database " + name);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
		return "jdbc:postgresql://localhost:" + server().getPort() + "/" + name;
	}

	/**
	 * Starts one of its own that speaks TLS.
	 * @param identity its certificate
	 * @return the server, to be closed
	 */
	public static EmbeddedPostgres startOverTls(Certificates.Issued identity) throws IOException {
		Files.setPosixFilePermissions(identity.key(), PosixFilePermissions.fromString("rw-------"));
		return durable().setServerConfig("ssl", "on")
			.setServerConfig("ssl_cert_file", identity.certificate().toString())
			.setServerConfig("ssl_key_file", identity.key().toString())
			.start();
	}

	/** The embedding switches durability off, which the gateway refuses. */
	static EmbeddedPostgres.Builder durable() {
		return EmbeddedPostgres.builder()
			.setServerConfig("fsync", "on")
			.setServerConfig("synchronous_commit", "on")
			.setServerConfig("full_page_writes", "on");
	}

	private static synchronized EmbeddedPostgres server() {
		try {
			if (server == null) {
				server = durable().setServerConfig("max_connections", "400").start();
			}
			return server;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
