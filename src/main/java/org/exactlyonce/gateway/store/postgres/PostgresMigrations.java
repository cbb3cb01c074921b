package org.exactlyonce.gateway.store.postgres;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Migrations of a PostgreSQL that others use at the same time.
 */
final class PostgresMigrations {

	private static final Logger log = LoggerFactory.getLogger(PostgresMigrations.class);

	private static final Duration PATIENCE = Duration.ofMinutes(10);

	private static final Duration PAUSE = Duration.ofSeconds(5);

	/** Another session's lock, or the order of both. */
	private static final Set<String> IN_THE_WAY = Set.of("40001", "40P01", "55P03");

	private PostgresMigrations() {
	}

	/**
	 * Migrates, and begins anew while another session is in the way: one that reads a
	 * table, as pg_dump does, or a gateway whose locks cross those of the migration.
	 * @param migration leaves nothing behind where it fails
	 */
	static void patiently(Runnable migration) {
		long end = System.nanoTime() + PATIENCE.toNanos();
		while (true) {
			try {
				migration.run();
				return;
			}
			catch (RuntimeException ex) {
				if (!isInTheWay(ex) || System.nanoTime() - end > 0) {
					throw ex;
				}
				log.warn(
						"The schema could not be migrated, as another session holds what is to be changed. "
								+ "It is tried again in {} s, for up to {} min",
						PAUSE.toSeconds(), PATIENCE.toMinutes());
				LockSupport.parkNanos(PAUSE.toNanos());
			}
		}
	}

	private static boolean isInTheWay(Throwable failure) {
		for (@Nullable
		Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException sql) {
				return IN_THE_WAY.contains(String.valueOf(sql.getSQLState()));
			}
		}
		return false;
	}

}
