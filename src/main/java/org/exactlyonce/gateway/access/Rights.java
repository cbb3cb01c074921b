package org.exactlyonce.gateway.access;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import jakarta.servlet.http.HttpServletRequest;

/**
 * The rights of one caller.
 *
 * @param granted the grants, none of which takes from another
 */
public record Rights(List<Grant> granted) {

	/** An administrator's, and every caller's where no credential is asked for. */
	public static final Rights ALL = new Rights(List.of(new Grant(List.of(Right.ADMIN), List.of("*"))));

	/** The topic of a path that names none. */
	static final String RECORDS = "records";

	/**
	 * Rights in words.
	 * @param words such as {@code produce} or {@code read:orders-*}
	 * @return the rights
	 * @throws IllegalArgumentException if one of the words is no right
	 */
	public static Rights ofWords(Collection<String> words) {
		return new Rights(words.stream()
			.map((word) -> Grant.of(word)
				.orElseThrow(() -> new IllegalArgumentException("\"" + word
						+ "\" is no right: produce, read, monitor, admin, or produce and read with a topic, such as read:orders-*")))
			.toList());
	}

	/**
	 * The rights of a request's caller.
	 * @param request the request
	 * @return the rights; all in the modes that ask for no credential
	 */
	public static Rights of(HttpServletRequest request) {
		return (request.getUserPrincipal() instanceof Caller caller) ? caller.rights() : ALL;
	}

	/**
	 * Whether one of several rights is granted, for any topic.
	 * @param wanted the rights, one of which is enough
	 * @return true for an administrator
	 */
	public boolean includeAny(Collection<Right> wanted) {
		return this.granted.stream().anyMatch((grant) -> grant.includesAny(wanted));
	}

	/**
	 * Whether one of several rights is granted for a topic.
	 * @param wanted the rights, one of which is enough
	 * @param topic the topic's name
	 * @return true for an administrator
	 */
	public boolean includeAny(Collection<Right> wanted, String topic) {
		return this.granted.stream().anyMatch((grant) -> grant.includesAny(wanted, topic));
	}

	/**
	 * Rights for topics.
	 *
	 * @param may the rights
	 * @param topics names, or beginnings of names with {@code *} behind them; bind
	 * {@code produce} and {@code read} only
	 */
	public record Grant(List<Right> may, List<String> topics) {

		/**
		 * A right in words.
		 * @param word such as {@code produce}, or {@code read:orders-*}
		 * @return the grant, or nothing if it is no right, or is bound to a topic that it
		 * cannot be bound to
		 */
		public static Optional<Grant> of(String word) {
			int colon = word.indexOf(':');
			String name = (colon < 0) ? word : word.substring(0, colon);
			String topic = (colon < 0) ? "*" : word.substring(colon + 1);
			return Arrays.stream(Right.values())
				.filter((right) -> right.word().equals(name) && (colon < 0 || right.isOfTopics()) && !topic.isEmpty())
				.findFirst()
				.map((right) -> new Grant(List.of(right), List.of(topic)));
		}

		private boolean includesAny(Collection<Right> wanted) {
			return this.may.contains(Right.ADMIN) || this.may.stream().anyMatch(wanted::contains);
		}

		private boolean includesAny(Collection<Right> wanted, String topic) {
			return this.may.contains(Right.ADMIN) || this.may.stream()
				.anyMatch((right) -> wanted.contains(right) && (!right.isOfTopics() || reaches(topic)));
		}

		private boolean reaches(String topic) {
			return this.topics.stream()
				.anyMatch((name) -> name.endsWith("*") ? topic.startsWith(name.substring(0, name.length() - 1))
						: topic.equals(name));
		}

	}

}
