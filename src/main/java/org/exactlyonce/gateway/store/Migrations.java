package org.exactlyonce.gateway.store;

import java.util.Arrays;
import java.util.Objects;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.jspecify.annotations.Nullable;

/**
 * The conditions under which the schema may be used, and the reasons of a failed
 * migration.
 */
final class Migrations {

	private Migrations() {
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
	 * Whether the schema has tables, and Flyway did not make them.
	 * @param failure what Flyway said
	 * @return true if they are not the gateway's
	 */
	static boolean isOfOthers(FlywayException failure) {
		return failure.getErrorCode() == CoreErrorCode.NON_EMPTY_SCHEMA_WITHOUT_SCHEMA_HISTORY_TABLE;
	}

	/**
	 * Explains a failure of Flyway that is not the database's.
	 * @param failure what Flyway said
	 * @param url the database's URL
	 * @return the refusal
	 */
	static StoreRefusedException refusal(FlywayException failure, String url) {
		if (isOfOthers(failure)) {
			return new StoreRefusedException("The schema of the database " + url.replaceAll("\\?.*", "")
					+ " has tables, and they are not the gateway's: " + firstSentence(failure), foreign(url));
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
