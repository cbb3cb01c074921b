package org.exactlyonce.gateway.webhook;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

import org.exactlyonce.gateway.json.JsonKind;
import org.exactlyonce.gateway.json.JsonPointer;
import org.jspecify.annotations.Nullable;

/**
 * Names the place of a value in a delivery: {@code json:/pointer}, {@code header:Name},
 * or {@code body}, which is its SHA-256 in lower-case hex. Equal by its text.
 */
sealed interface ValueExpression {

	/** How it is written. */
	String text();

	/**
	 * Finds the value.
	 * @param delivery the delivery
	 * @return the value; null if it is missing, null, empty, an object or an array
	 */
	@Nullable String in(Delivery delivery);

	/**
	 * Says what is there instead of a value.
	 * @param delivery the delivery, in which there is no value
	 * @return what is wrong with it; null if there is nothing
	 */
	default @Nullable String faultIn(Delivery delivery) {
		return null;
	}

	/**
	 * Whether it is the same place, however it is spelt.
	 * @param other another
	 * @return true if both find the same in every delivery
	 */
	default boolean isSameAs(ValueExpression other) {
		return (this instanceof Header && other instanceof Header) ? text().equalsIgnoreCase(other.text())
				: text().equals(other.text());
	}

	/**
	 * Reads an expression.
	 * @param text how it is written
	 * @return the expression; null if it is none
	 */
	static @Nullable ValueExpression parse(String text) {
		if (text.equals("body")) {
			return new Body(text);
		}
		if (text.startsWith("header:") && Header.isName(text.substring(7))) {
			return new Header(text, text.substring(7));
		}
		JsonPointer pointer = text.startsWith("json:") ? JsonPointer.parse(text.substring(5)) : null;
		return (pointer != null) ? new Json(text, pointer) : null;
	}

	/**
	 * A place in the body.
	 *
	 * @param text how it is written
	 * @param pointer the place
	 */
	record Json(String text, JsonPointer pointer) implements ValueExpression {

		@Override
		public @Nullable String in(Delivery delivery) {
			JsonPointer.Found found = this.pointer.find(delivery.body());
			return (found.kind() == JsonKind.NULL || found.text().isEmpty()) ? null : found.text();
		}

		@Override
		public @Nullable String faultIn(Delivery delivery) {
			JsonPointer.Found found = this.pointer.find(delivery.body());
			if (found.kind() == JsonKind.OBJECT) {
				return "is an object, must be a string or a number";
			}
			return (found.kind() == JsonKind.ARRAY) ? "is an array, must be a string or a number" : found.fault();
		}

	}

	/**
	 * A header.
	 *
	 * @param text how it is written
	 * @param name its name
	 */
	record Header(String text, String name) implements ValueExpression {

		/** A token, as RFC 9110 has it. */
		private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}");

		static boolean isName(String name) {
			return NAME.matcher(name).matches();
		}

		@Override
		public @Nullable String in(Delivery delivery) {
			return delivery.header(this.name);
		}

	}

	/**
	 * The body's digest.
	 *
	 * @param text how it is written
	 */
	record Body(String text) implements ValueExpression {

		@Override
		public String in(Delivery delivery) {
			try {
				return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(delivery.body()));
			}
			catch (NoSuchAlgorithmException ex) {
				throw new IllegalStateException("Every Java platform has SHA-256", ex);
			}
		}

	}

}
