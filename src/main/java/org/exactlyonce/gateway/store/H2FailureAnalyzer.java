package org.exactlyonce.gateway.store;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;

/**
 * Explains why the gateway does not start on its H2 file.
 */
final class H2FailureAnalyzer extends StoreFailureAnalyzer {

	H2FailureAnalyzer(Environment environment) {
		super(environment);
	}

	@Override
	@Nullable StoreRefusedException refusal(SQLException failure, String url, @Nullable String user) {
		return url.startsWith("jdbc:h2:") ? H2Refusal.of(failure, url, user) : null;
	}

}
