package org.exactlyonce.client.conformance;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.exactlyonce.client.Delivery;
import org.exactlyonce.client.ProducerSettings;
import org.exactlyonce.client.ProducerSettingsBuilder;
import org.exactlyonce.client.Transport;
import org.exactlyonce.client.apache.ApacheTransport;

/**
 * The settings of the conformance suite as the producer's.
 */
final class DriverSettings {

	/** One for all; null: the JDK's, unless the system property transport says apache. */
	static final Transport TRANSPORT = "apache".equals(System.getProperty("transport")) ? ApacheTransport.open() : null;

	private DriverSettings() {
	}

	static String[] urls(Object urls) {
		return ((List<?>) urls).stream().map(String.class::cast).toArray(String[]::new);
	}

	static ProducerSettings of(Object urls, Map<String, Object> settings) {
		ProducerSettingsBuilder builder = ProducerSettings.builder(urls(urls));
		builder.name((String) settings.get("name")).transport(TRANSPORT);
		if (settings.get("token") instanceof String token) {
			builder.token(() -> token);
		}
		if (settings.get("outboxDir") instanceof String directory) {
			builder.outbox(Path.of(directory));
		}
		if ("at-least-once".equals(settings.get("delivery"))) {
			builder.delivery(Delivery.AT_LEAST_ONCE);
		}
		number(settings, "batchBytes", (value) -> builder.batchBytes(value.intValue()));
		number(settings, "maxInFlight", (value) -> builder.maxInFlight(value.intValue()));
		number(settings, "bufferBytes", builder::bufferBytes);
		millis(settings, "lingerMs", builder::linger);
		millis(settings, "requestTimeoutMs", builder::requestTimeout);
		millis(settings, "deliveryTimeoutMs", builder::deliveryTimeout);
		millis(settings, "retryBackoffMs", builder::retryBackoff);
		millis(settings, "retryBackoffMaxMs", builder::retryBackoffMax);
		millis(settings, "maxBlockMs", builder::maxBlock);
		millis(settings, "waitMs", builder::preferWait);
		return builder.build();
	}

	private static void millis(Map<String, Object> settings, String name, Consumer<Duration> setter) {
		number(settings, name, (value) -> setter.accept(Duration.ofMillis(value)));
	}

	private static void number(Map<String, Object> settings, String name, Consumer<Long> setter) {
		if (settings.get(name) instanceof Long value) {
			setter.accept(value);
		}
	}

}
