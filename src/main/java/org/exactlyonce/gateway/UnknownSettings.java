package org.exactlyonce.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.problem.NearestName;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Finds what is set below {@code gateway.} and taken by nothing: a misspelt setting would
 * leave the gateway on its default, and a misspelt data folder would begin an empty log
 * elsewhere.
 */
final class UnknownSettings {

	/** What Kubernetes and Docker set for a service or a container of this name. */
	private static final Pattern SERVICE = Pattern.compile("GATEWAY_(?:.+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_.+)?"
			+ "|PORT_\\d+_(?:TCP|UDP|SCTP)(?:_(?:START|END|PROTO|PORT|ADDR))?)|GATEWAY_(?:\\d+_)?(?:NAME|ENV_.+)");

	private static final Pattern SERVICE_ADDRESS = Pattern.compile("(?:tcp|udp|sctp)://.*");

	private final KnownSettings known;

	UnknownSettings(KnownSettings known) {
		this.known = known;
	}

	/**
	 * Finds the unknown settings.
	 * @param sources where settings come from
	 * @return one entry for each that is unknown
	 */
	List<Unknown> find(Iterable<PropertySource<?>> sources) {
		List<Unknown> found = new ArrayList<>();
		for (PropertySource<?> source : sources) {
			if (source instanceof EnumerablePropertySource<?> enumerable) {
				for (String name : enumerable.getPropertyNames()) {
					check(enumerable, name, found);
				}
			}
		}
		return found;
	}

	private void check(EnumerablePropertySource<?> source, String name, List<Unknown> found) {
		boolean variable = source instanceof SystemEnvironmentPropertySource && name.indexOf('.') < 0;
		List<String> parts = parts(name, variable ? '_' : '.');
		if (parts.size() < 2 || !parts.get(0).equals(KnownSettings.ROOT)) {
			return;
		}
		// Spring Boot lets dashes divide in one case only, not in a mixture
		boolean dashesDivide = variable
				&& (name.equals(name.toUpperCase(Locale.ROOT)) || name.equals(name.toLowerCase(Locale.ROOT)));
		if (this.known.contains(parts, dashesDivide) || (variable && isOfAService(source, name))
				|| "".equals(source.getProperty(name))) {
			return;
		}
		String nearest = NearestName.of(name, this.known.names()).orElse("");
		found.add(new Unknown(name, place(source, name),
				variable ? nearest.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_") : nearest));
	}

	private static List<String> parts(String name, char separator) {
		ConfigurationPropertyName adapted = ConfigurationPropertyName.adapt(name, separator);
		return IntStream.range(0, adapted.getNumberOfElements())
			.mapToObj((i) -> adapted.getElement(i, Form.UNIFORM))
			.toList();
	}

	private static boolean isOfAService(PropertySource<?> source, String name) {
		return SERVICE.matcher(name).matches() || (name.endsWith("_PORT")
				&& SERVICE_ADDRESS.matcher(String.valueOf(source.getProperty(name))).matches());
	}

	private static String place(PropertySource<?> source, String name) {
		if (source instanceof SystemEnvironmentPropertySource) {
			return "in the environment";
		}
		if (source instanceof CommandLinePropertySource) {
			return "on the command line";
		}
		if (source.getName().equals(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME)) {
			return "in the system properties";
		}
		Origin origin = OriginLookup.getOrigin(source, name);
		return "in " + ((origin != null) ? origin : source.getName());
	}

	/**
	 * A setting that nothing takes.
	 *
	 * @param name its name as it was given
	 * @param place where it was given
	 * @param nearest the name that may have been meant, or nothing
	 */
	record Unknown(String name, String place, String nearest) {

		String description() {
			return this.name + ", " + this.place + ", is not a setting of the gateway.";
		}

		String action() {
			return this.nearest.isEmpty() ? "Take it out; docs/settings.md lists all settings."
					: "Did you mean " + this.nearest + "?";
		}

	}

}
