package org.exactlyonce.gateway;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * The settings below {@code gateway.}, as the records that take them declare them, so
 * that a new one cannot be forgotten, and those that had another name. Names are compared
 * as Spring Boot binds them.
 */
final class KnownSettings {

	static final String ROOT = "gateway";

	/** What stands for the keys of a map: the one that is not a user's, or a word. */
	private static final Map<String, String> KEYS = Map.of("gateway.quotas", "default", "gateway.webhooks", "<source>");

	private final List<Group> groups = new ArrayList<>();

	private final TreeSet<String> names = new TreeSet<>();

	/**
	 * Collects the settings.
	 * @param types any types; those that take settings of the gateway count
	 */
	KnownSettings(Collection<Class<?>> types) {
		for (Class<?> type : types) {
			ConfigurationProperties properties = AnnotatedElementUtils.findMergedAnnotation(type,
					ConfigurationProperties.class);
			if (properties != null && (properties.prefix() + ".").startsWith(ROOT + ".")) {
				add(properties.prefix(), type);
			}
		}
	}

	/** Adds what a record takes below a prefix. */
	void add(String prefix, Class<?> type) {
		this.groups.add(new Group(prefix.split("\\."), ResolvableType.forClass(type)));
		collect(prefix, type);
	}

	private void collect(String prefix, Class<?> type) {
		for (RecordComponent component : type.getRecordComponents()) {
			String name = prefix + "." + DataObjectPropertyName.toDashedForm(component.getName());
			Class<?> values = ResolvableType.forType(component.getGenericType())
				.asMap()
				.getGeneric(1)
				.resolve(Object.class);
			if (component.getType().isRecord()) {
				collect(name, component.getType());
			}
			else if (values.isRecord()) {
				collect(name + "." + KEYS.getOrDefault(name, "<name>"), values);
			}
			else {
				this.names.add(name);
			}
		}
	}

	/**
	 * Names the settings, as {@code application.yml} has them.
	 * @return the names in order
	 */
	Collection<String> names() {
		return this.names;
	}

	/**
	 * Whether a name is that of a setting.
	 * @param parts the name's parts, letters and digits in lower case, with
	 * {@code gateway} as the first
	 * @param dashesDivide whether a dash within a name also divides parts, as it does in
	 * the environment
	 * @return false if nothing takes it
	 */
	boolean contains(List<String> parts, boolean dashesDivide) {
		return isRenamed(parts, dashesDivide) || this.groups.stream()
			.anyMatch((group) -> parts.size() > group.prefix.length
					&& Arrays.asList(group.prefix).equals(parts.subList(0, group.prefix.length))
					&& takes(group.type, parts.subList(group.prefix.length, parts.size()), dashesDivide));
	}

	private static boolean isRenamed(List<String> parts, boolean dashesDivide) {
		List<String> rest = parts.subList(1, parts.size());
		return parts.get(0).equals(ROOT) && RenamedSettings.NEW_NAMES.keySet()
			.stream()
			.anyMatch((name) -> List.of().equals(behind(name, rest, dashesDivide)));
	}

	private static boolean takes(ResolvableType type, List<String> rest, boolean dashesDivide) {
		Class<?> raw = type.resolve(Object.class);
		if (raw.isRecord()) {
			return Arrays.stream(raw.getRecordComponents()).anyMatch((component) -> {
				List<String> after = behind(DataObjectPropertyName.toDashedForm(component.getName()), rest,
						dashesDivide);
				return after != null
						&& takes(ResolvableType.forType(component.getGenericType(), type), after, dashesDivide);
			});
		}
		if (Map.class.isAssignableFrom(raw)) {
			ResolvableType value = type.asMap().getGeneric(1);
			boolean simple = !value.resolve(Object.class).isRecord();
			// a key may have dots in it
			return !rest.isEmpty() && (simple || takes(value, rest.subList(1, rest.size()), dashesDivide));
		}
		if (raw.isArray() || Collection.class.isAssignableFrom(raw)) {
			ResolvableType element = raw.isArray() ? type.getComponentType() : type.asCollection().getGeneric(0);
			return rest.isEmpty() || (rest.get(0).chars().allMatch(Character::isDigit)
					&& takes(element, rest.subList(1, rest.size()), dashesDivide));
		}
		return rest.isEmpty();
	}

	/** What follows a name, or null if another name is there. */
	private static @Nullable List<String> behind(String name, List<String> parts, boolean dashesDivide) {
		List<String> words = List.of(name.split("-"));
		if (!parts.isEmpty() && parts.get(0).equals(String.join("", words))) {
			return parts.subList(1, parts.size());
		}
		boolean divided = dashesDivide && parts.size() >= words.size() && parts.subList(0, words.size()).equals(words);
		return divided ? parts.subList(words.size(), parts.size()) : null;
	}

	/** The settings that are bound below one prefix. */
	private record Group(String[] prefix, ResolvableType type) {
	}

}
