package org.exactlyonce.gateway.store.postgres;

import java.sql.SQLException;

import org.exactlyonce.gateway.store.StoreFailureAnalyzer;
import org.exactlyonce.gateway.store.StoreRefusedException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;

/**
 * Explains why the gateway does not start on its PostgreSQL.
 */
final class PostgresFailureAnalyzer extends StoreFailureAnalyzer {

	PostgresFailureAnalyzer(Environment environment) {
		super(environment);
	}

	@Override
	protected @Nullable StoreRefusedException refusal(SQLException failure, String url, @Nullable String user) {
		return url.startsWith("jdbc:postgresql:") ? PostgresRefusal.of(failure, url, user) : null;
	}

}
