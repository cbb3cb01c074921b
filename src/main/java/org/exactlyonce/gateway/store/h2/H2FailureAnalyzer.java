package org.exactlyonce.gateway.store.h2;

import java.sql.SQLException;

import org.exactlyonce.gateway.store.StoreFailureAnalyzer;
import org.exactlyonce.gateway.store.StoreRefusedException;
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
	protected @Nullable StoreRefusedException refusal(SQLException failure, String url, @Nullable String user) {
		return url.startsWith("jdbc:h2:") ? H2Refusal.of(failure, url, user) : null;
	}

}
