package org.exactlyonce.gateway;

import java.util.Map;
import java.util.TreeMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;

/**
 * The names that settings had up to version 0.1. They still work, with a warning that
 * says the new one; where both are set, the new one counts.
 */
final class RenamedSettings {

	private static final Logger log = LoggerFactory.getLogger(RenamedSettings.class);

	/** The old names and the new, below {@code gateway.}. */
	static final Map<String, String> NEW_NAMES = Map.ofEntries(Map.entry("max-batch-bytes", "append.max-batch-bytes"),
			Map.entry("max-batch-records", "append.max-batch-records"), Map.entry("lanes", "commit.lanes"),
			Map.entry("max-group-bytes", "commit.max-group-bytes"), Map.entry("max-in-flight", "commit.max-in-flight"),
			Map.entry("max-queued-appends", "commit.max-queued-appends"), Map.entry("append-timeout", "commit.timeout"),
			Map.entry("max-live-bytes", "live.max-bytes"), Map.entry("max-live-readers", "live.max-readers"),
			Map.entry("reader-timeout", "live.reader-timeout"), Map.entry("max-read-bytes", "read.max-bytes"),
			Map.entry("max-concurrent-reads", "read.max-concurrent"),
			Map.entry("max-page-bytes", "read.max-page-bytes"), Map.entry("read-timeout", "read.timeout"),
			Map.entry("max-concurrent-registrations", "registration.max-concurrent"),
			Map.entry("registration-timeout", "registration.timeout"),
			Map.entry("body-timeout", "request.body-timeout"),
			Map.entry("max-buffered-bytes", "request.max-buffered-bytes"),
			Map.entry("max-request-bytes", "request.max-bytes"), Map.entry("max-wait", "request.max-wait"),
			Map.entry("allow-unsafe-database", "store.allow-unsafe-database"),
			Map.entry("min-free-disk", "store.min-free-disk"));

	private static final String DEFAULTS = "class path resource [application.yml]";

	private RenamedSettings() {
	}

	/**
	 * Gives the values of old names to the new ones, above the defaults and below all
	 * that the user sets.
	 * @param environment has the settings
	 */
	static void apply(ConfigurableEnvironment environment) {
		Map<String, Object> values = new TreeMap<>();
		NEW_NAMES.forEach((oldName, newName) -> {
			String name = KnownSettings.ROOT + "." + oldName;
			String renamed = KnownSettings.ROOT + "." + newName;
			if (isSet(environment, name, renamed)) {
				values.put(renamed, environment.getRequiredProperty(name));
				log.warn("{} is {} now. The old name still works; where both are set, the new one counts", name,
						renamed);
			}
		});
		if (!values.isEmpty()) {
			addAboveDefaults(environment.getPropertySources(), new MapPropertySource("renamed settings", values));
		}
	}

	/**
	 * A variable such as GATEWAY_READ_TIMEOUT is the same by both names: it is not old.
	 */
	private static boolean isSet(ConfigurableEnvironment environment, String oldName, String newName) {
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			if (source.getConfigurationProperty(ConfigurationPropertyName.of(oldName)) != null) {
				return source.getConfigurationProperty(ConfigurationPropertyName.of(newName)) == null;
			}
		}
		return false;
	}

	private static void addAboveDefaults(MutablePropertySources sources, PropertySource<?> renamed) {
		sources.stream()
			.map(PropertySource::getName)
			.filter((name) -> name.contains(DEFAULTS))
			.findFirst()
			.ifPresentOrElse((defaults) -> sources.addBefore(defaults, renamed), () -> sources.addLast(renamed));
	}

}
