package org.exactlyonce.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * What clients talk to: one gateway on H2, or several on one PostgreSQL.
 */
final class Installation implements AutoCloseable {

	private static final int START_ATTEMPTS = 20;

	private final List<Gateway> gateways;

	private final Path databaseFolder;

	private EmbeddedPostgres database;

	private Installation(List<Gateway> gateways, EmbeddedPostgres database, Path databaseFolder) {
		this.gateways = gateways;
		this.database = database;
		this.databaseFolder = databaseFolder;
	}

	static Installation onH2(List<String> command, List<String> arguments) {
		return new Installation(List.of(new Gateway(command, arguments)), null, null);
	}

	static Installation onPostgres(List<String> command, List<String> arguments, int replicas) {
		try {
			Path folder = Files.createTempDirectory("conformance-database");
			EmbeddedPostgres database = start(folder, 0);
			List<String> all = new ArrayList<>(arguments);
			all.add("--spring.datasource.url=jdbc:postgresql://localhost:" + database.getPort() + "/postgres");
			all.add("--spring.datasource.username=postgres");
			return new Installation(IntStream.range(0, replicas).mapToObj((any) -> new Gateway(command, all)).toList(),
					database, folder);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The embedding switches durability off, which the gateway refuses. */
	private static EmbeddedPostgres start(Path folder, int port) throws IOException {
		return EmbeddedPostgres.builder()
			.setServerConfig("fsync", "on")
			.setServerConfig("synchronous_commit", "on")
			.setServerConfig("full_page_writes", "on")
			.setDataDirectory(folder)
			.setCleanDataDirectory(false)
			.setPort(port)
			.start();
	}

	/** The gateway behind a client's URL. */
	URI uri(int url) {
		return this.gateways.get(url % this.gateways.size()).uri();
	}

	/** The gateway with this number; null: the first. */
	Gateway gateway(Integer number) {
		return this.gateways.get((number != null) ? number : 0);
	}

	/** Stops the database, and starts it again after a while. */
	void restartDatabase(long downMillis) throws InterruptedException {
		try {
			int port = this.database.getPort();
			this.database.close();
			Thread.sleep(downMillis);
			for (int attempt = 1;; attempt++) {
				try {
					this.database = start(this.databaseFolder, port);
					return;
				}
				catch (IOException | IllegalStateException ex) {
					if (attempt == START_ATTEMPTS) {
						throw ex;
					}
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.gateways.forEach(Gateway::close);
		if (this.database != null) {
			try {
				this.database.close();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			Folders.delete(this.databaseFolder);
		}
	}

}
