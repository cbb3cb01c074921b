package org.exactlyonce.gateway.store;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;

/**
 * Says in two sentences why the gateway does not start on its database.
 */
class StoreFailureAnalyzer implements FailureAnalyzer {

	private static final int H2_IN_USE = 90020;

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		FailureAnalysis analysis = null;
		for (@Nullable
		Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof StoreRefusedException refused) {
				return new FailureAnalysis(String.valueOf(refused.getMessage()), refused.action(), failure);
			}
			if (cause instanceof SQLException sql) {
				analysis = analyze(sql, failure);
			}
		}
		return analysis;
	}

	private static FailureAnalysis analyze(SQLException sql, Throwable failure) {
		if (sql.getErrorCode() == H2_IN_USE) {
			return new FailureAnalysis(
					"The data folder is in use by another process. The embedded database has one owner.",
					"Stop the other gateway, give this one its own folder (GATEWAY_DATA_DIR), "
							+ "or run both on one PostgreSQL (SPRING_DATASOURCE_URL).",
					failure);
		}
		return new FailureAnalysis("The database cannot be used: " + sql.getMessage(),
				"Check spring.datasource.url, username and password, and that the server is up.", failure);
	}

}
