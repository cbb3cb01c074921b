package org.exactlyonce.gateway.proof.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

import tools.jackson.databind.json.JsonMapper;

/**
 * What a producer means by one record, however it writes it.
 *
 * @param key the key, or null
 * @param value the value
 * @param headers the headers; empty for none
 * @param timestamp the given time in milliseconds since 1970, or null
 */
record Payload(String key, Value value, SortedMap<String, String> headers, Long timestamp) {

	private static final JsonMapper JSON = JsonMapper.shared();

	/** Whether the contract takes one for a retry of the other. */
	boolean isSameAs(Payload other) {
		return Objects.equals(this.key, other.key) && this.value.isSameAs(other.value)
				&& this.headers.equals(other.headers) && Objects.equals(this.timestamp, other.timestamp);
	}

	/** What its key and its value have. */
	long bytes() {
		return (this.value.isTombstone() ? 0 : this.value.bytes().length)
				+ ((this.key != null) ? this.key.getBytes(StandardCharsets.UTF_8).length : 0);
	}

	/**
	 * Another payload, as near to this one as can be.
	 * @param choice which part differs
	 */
	Payload altered(int choice) {
		return switch (choice % 5) {
			case 0 -> new Payload((this.key != null) ? null : "", this.value, this.headers, this.timestamp);
			case 1 -> new Payload(this.key, this.value.altered(), this.headers, this.timestamp);
			case 2 -> new Payload(this.key, this.value, alteredHeaders(), this.timestamp);
			case 3 -> new Payload(this.key, this.value.ofAnotherKind(), this.headers, this.timestamp);
			default -> new Payload(this.key, this.value, this.headers,
					(this.timestamp != null) ? this.timestamp + 1 : Long.valueOf(0));
		};
	}

	private SortedMap<String, String> alteredHeaders() {
		SortedMap<String, String> altered = new TreeMap<>(this.headers);
		if (altered.remove("trace") == null) {
			altered.put("trace", "");
		}
		return altered;
	}

	@Override
	public String toString() {
		return "{" + ((this.key != null) ? "key " + JSON.writeValueAsString(this.key) + ", " : "") + this.value
				+ (this.headers.isEmpty() ? "" : ", " + JSON.writeValueAsString(this.headers))
				+ ((this.timestamp != null) ? ", at " + this.timestamp : "") + "}";
	}

	/**
	 * A value.
	 *
	 * @param bytes what is kept: the bytes, or a JSON value's minimal text; null for a
	 * tombstone
	 * @param spaced the same JSON with white space around and inside; null for bytes
	 * @param mediaType the media type that bytes are sent with; null for JSON
	 */
	record Value(byte[] bytes, String spaced, String mediaType) {

		static final Value TOMBSTONE = new Value(null, null, null);

		static Value json(String minimal, String spaced) {
			return new Value(minimal.getBytes(StandardCharsets.UTF_8), spaced, null);
		}

		static Value bytes(byte[] bytes, String mediaType) {
			return new Value(bytes, null, mediaType);
		}

		boolean isJson() {
			return this.spaced != null;
		}

		boolean isTombstone() {
			return this.bytes == null;
		}

		/** Whether the bytes are text, which is what a replacement character is not. */
		boolean isText() {
			return !isJson() && !isTombstone() && Arrays.equals(text().getBytes(StandardCharsets.UTF_8), this.bytes);
		}

		/** JSON equals only JSON, whatever its media type, and bytes equal bytes. */
		boolean isSameAs(Value other) {
			return isJson() == other.isJson() && Arrays.equals(this.bytes, other.bytes);
		}

		String text() {
			return new String(this.bytes, StandardCharsets.UTF_8);
		}

		private Value altered() {
			if (isTombstone()) {
				return json("null", "null ");
			}
			return isJson() ? json("[" + text() + "]", "[ " + this.spaced + " ]")
					: bytes(Arrays.copyOf(this.bytes, this.bytes.length + 1), this.mediaType);
		}

		/** What would be the same if bytes alone counted. */
		private Value ofAnotherKind() {
			if (isJson()) {
				return bytes(this.bytes, "text/plain");
			}
			return isTombstone() ? bytes(new byte[0], "text/plain") : TOMBSTONE;
		}

		@Override
		public String toString() {
			return isTombstone() ? "a tombstone"
					: isJson() ? text() : this.mediaType + " " + Arrays.toString(this.bytes);
		}

	}

}
