package org.exactlyonce.client.kafka;

import java.util.function.Supplier;

import org.apache.kafka.common.config.types.Password;

/**
 * The setting {@value GatewayProducerConfig#TOKEN_CONFIG} as the client takes it.
 */
final class GatewayToken {

	private GatewayToken() {
	}

	/**
	 * Reads the setting.
	 * @param token the token, or what brings it; may be null
	 * @return brings it; null if there is none
	 */
	@SuppressWarnings("unchecked")
	static Supplier<String> of(Object token) {
		if (token instanceof Supplier<?> supplier) {
			return (Supplier<String>) supplier;
		}
		if (token == null) {
			return null;
		}
		String fixed = (token instanceof Password password) ? password.value() : token.toString();
		return () -> fixed;
	}

}
