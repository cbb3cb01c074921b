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
class StoreFailureAnalyzer implements FailureAnalyzer {

	private final String url;

	private final @Nullable String user;

	StoreFailureAnalyzer(Environment environment) {
		this.url = environment.getProperty("spring.datasource.url", "");
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
		if (migration != null) {
			return analysis(Migrations.refusal(migration, database, this.url, this.user), failure);
		}
		if (database == null) {
			return null;
		}
		return analysis(this.url.startsWith("jdbc:h2:") ? H2Refusal.of(database, this.url, this.user)
				: PostgresRefusal.of(database, this.url, this.user), failure);
	}

	private static FailureAnalysis analysis(StoreRefusedException refused, Throwable failure) {
		return new FailureAnalysis(String.valueOf(refused.getMessage()), refused.action(), failure);
	}

}
