package org.exactlyonce.gateway.store;

import java.sql.SQLException;

import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.env.Environment;

/**
 * Explains in two sentences why the gateway does not start on its database.
 */
public abstract class StoreFailureAnalyzer implements FailureAnalyzer {

	private final String url;

	private final @Nullable String user;

	/**
	 * Explains failures of one database.
	 * @param environment has the settings
	 */
	protected StoreFailureAnalyzer(Environment environment) {
		this.url = DatabaseUrl.of(environment);
		this.user = environment.getProperty("spring.datasource.username");
	}

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		FlywayException migration = null;
		SQLException database = null;
		for (@Nullable
		Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof StoreRefusedException refused) {
				return analysis(refused, failure);
			}
			if (cause instanceof FlywayException flyway && migration == null) {
				migration = flyway;
			}
			if (cause instanceof SQLException sql) {
				database = sql;
			}
		}
		StoreRefusedException refusal = refusal(migration, database);
		return (refusal != null) ? analysis(refusal, failure) : null;
	}

	private @Nullable StoreRefusedException refusal(@Nullable FlywayException migration,
			@Nullable SQLException database) {
		if (migration != null && (database == null || Migrations.isOfOthers(migration))) {
			return Migrations.refusal(migration, this.url);
		}
		return (database != null) ? refusal(database, this.url, this.user) : null;
	}

	/**
	 * Explains what the database said.
	 * @param failure what it said
	 * @param url the database's URL
	 * @param user the database user
	 * @return the refusal; null if the URL names another database
	 */
	protected abstract @Nullable StoreRefusedException refusal(SQLException failure, String url, @Nullable String user);

	private static FailureAnalysis analysis(StoreRefusedException refused, Throwable failure) {
		return new FailureAnalysis(String.valueOf(refused.getMessage()), refused.action(), failure);
	}

}
