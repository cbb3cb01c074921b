package org.exactlyonce.gateway.proof.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;

import org.exactlyonce.gateway.support.OwnPostgres;

/**
 * Where the gateways of a run keep their log, and what may happen to it.
 */
interface FaultyDatabase extends AutoCloseable {

	/** What a gateway needs to find it. */
	String[] arguments();

	/** What may happen to it, beside what happens to gateways. */
	List<Fault> faults();

	/** Lets it happen, and makes it whole again. */
	void strike(Fault fault) throws IOException;

	/** A session beside the gateways; of the embedded one, when there is no gateway. */
	Connection connect() throws SQLException;

	@Override
	void close() throws IOException;

	/**
	 * The embedded database, which dies with its gateway.
	 * @param folder its folder, its caller's to delete
	 * @return the database
	 */
	static FaultyDatabase embedded(Path folder) {
		return new FaultyDatabase() {

			@Override
			public String[] arguments() {
				return new String[] { "--gateway.data-dir=" + folder };
			}

			@Override
			public List<Fault> faults() {
				return List.of();
			}

			@Override
			public void strike(Fault fault) {
				throw new IllegalArgumentException(fault.toString());
			}

			@Override
			public Connection connect() throws SQLException {
				return DriverManager.getConnection("jdbc:h2:file:" + folder.resolve("gateway") + ";IFEXISTS=TRUE", "sa",
						"");
			}

			@Override
			public void close() {
				// there is no process
			}

		};
	}

	/**
	 * A PostgreSQL of its own.
	 * @param postgres the server, closed with the database
	 * @return the database
	 */
	static FaultyDatabase of(OwnPostgres postgres) {
		return new FaultyDatabase() {

			@Override
			public String[] arguments() {
				return postgres.arguments();
			}

			@Override
			public List<Fault> faults() {
				return List.of(Fault.DATABASE_KILL, Fault.DATABASE_RESTART, Fault.DATABASE_CRASH);
			}

			@Override
			public void strike(Fault fault) throws IOException {
				switch (fault) {
					case DATABASE_KILL -> postgres.kill();
					case DATABASE_RESTART -> {
						postgres.stop();
						postgres.startAgain();
					}
					case DATABASE_CRASH -> postgres.killOneProcess();
					default -> throw new IllegalArgumentException(fault.toString());
				}
			}

			@Override
			public Connection connect() throws SQLException {
				return DriverManager.getConnection(postgres.url(), "postgres", "");
			}

			@Override
			public void close() throws IOException {
				postgres.close();
			}

		};
	}

}
