package org.exactlyonce.gateway.store;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The conditions under which the schema may be used or changed, and the reasons of a
 * failed migration.
 */
final class Migrations {

	private static final Logger log = LoggerFactory.getLogger(Migrations.class);

	private static final Duration PATIENCE = Duration.ofMinutes(10);

	private static final Duration PAUSE = Duration.ofSeconds(5);

	/** Another session's lock, or the order of both. */
	private static final Set<String> IN_THE_WAY = Set.of("40001", "40P01", "55P03");

	private Migrations() {
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

	/**
	 * Refuses a schema that a newer version has written: what it means there is not known
	 * here. Flyway itself would only warn.
	 * @param flyway knows this version's migrations
	 */
	static void requireKnown(Flyway flyway) {
		MigrationInfo[] all = flyway.info().all();
		MigrationVersion newest = newest(all);
		MigrationVersion known = newest(Arrays.stream(all)
			.filter((migration) -> !migration.getState().name().startsWith("FUTURE"))
			.toArray(MigrationInfo[]::new));
		if (newest != null && known != null && newest.isNewerThan(known.getVersion())) {
			throw new StoreRefusedException(
					"The database has the schema of a newer gateway: version " + newest + ", and this one knows "
							+ known + ".",
					"Start the gateway that wrote it, or a newer one. There is no way back from a newer schema but a "
							+ "backup that was made before it.");
		}
	}

	private static @Nullable MigrationVersion newest(MigrationInfo[] migrations) {
		return Arrays.stream(migrations)
			.map(MigrationInfo::getVersion)
			.filter(Objects::nonNull)
			.max(MigrationVersion::compareTo)
			.orElse(null);
	}

	/**
	 * Explains a failure of Flyway.
	 * @param failure what Flyway said
	 * @param cause what the database said, if it was asked
	 * @param url the database's URL
	 * @param user the database user
	 * @return the refusal
	 */
	static StoreRefusedException refusal(FlywayException failure, @Nullable SQLException cause, String url,
			@Nullable String user) {
		if (failure.getErrorCode() == CoreErrorCode.NON_EMPTY_SCHEMA_WITHOUT_SCHEMA_HISTORY_TABLE) {
			return new StoreRefusedException("The schema of the database " + PostgresRefusal.server(url)
					+ " has tables, and they are not the gateway's: " + firstSentence(failure), foreign(url));
		}
		if (cause != null) {
			return url.startsWith("jdbc:h2:") ? H2Refusal.of(cause, url, user) : PostgresRefusal.of(cause, url, user);
		}
		return new StoreRefusedException("The schema of the database cannot be used: " + firstSentence(failure),
				"Restore the database as a gateway left it, or give this one an empty database.");
	}

	private static String foreign(String url) {
		if (url.startsWith("jdbc:h2:")) {
			return "Give the gateway a data folder of its own (GATEWAY_DATA_DIR).";
		}
		return "Give the gateway a schema of its own: add " + (url.contains("?") ? "&" : "?")
				+ "currentSchema=gateway to spring.datasource.url (SPRING_DATASOURCE_URL); it is made if it is not "
				+ "there. Do not set Flyway's baselineOnMigrate, which would leave tables out.";
	}

	private static String firstSentence(FlywayException failure) {
		String line = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
		int end = line.indexOf(". ");
		return (end >= 0) ? line.substring(0, end + 1) : line;
	}

}
