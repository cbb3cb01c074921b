package org.exactlyonce.client.kafka;

import java.util.List;

import javax.net.ssl.SSLContext;

import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/**
 * Kafka's {@code ssl.*} settings as an {@code SSLContext}.
 */
final class Tls {

	private Tls() {
	}

	/**
	 * Makes the context.
	 * @param config the settings
	 * @param urls the gateways
	 * @return the context; null for the JDK's
	 * @throws ConfigException if the protocol is not that of the URLs
	 */
	static SSLContext context(GatewayProducerConfig config, List<String> urls) {
		String protocol = config.getString(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG);
		if (protocol.startsWith("SASL")) {
			throw new ConfigException(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, protocol,
					"a gateway knows a client by " + GatewayProducerConfig.TOKEN_CONFIG + " or its certificate");
		}
		if (protocol.equals("SSL") && urls.stream().anyMatch((url) -> !url.matches("(?i)https:.+"))) {
			throw new ConfigException(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, protocol,
					"every gateway needs an https URL");
		}
		Object given = config.originals().get(GatewayProducerConfig.SSL_CONTEXT_CONFIG);
		if (given != null) {
			return (SSLContext) given;
		}
		if (config.originals().get(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG) != null) {
			throw new ConfigException(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG + " is not supported: set "
					+ GatewayProducerConfig.SSL_CONTEXT_CONFIG + ".");
		}
		boolean set = config.originals().keySet().stream().anyMatch((name) -> name.startsWith("ssl."));
		return (set) ? fromSettings(config) : null;
	}

	private static SSLContext fromSettings(GatewayProducerConfig config) {
		try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
			factory.configure(config.values());
			return factory.sslContext();
		}
	}

}
