package org.exactlyonce.client;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

import org.exactlyonce.client.internals.Utf8;

/**
 * What a record says: JSON, text, bytes, or nothing.
 *
 * @param kind which of these it is
 * @param bytes the bytes, not to be changed any more; empty for a tombstone
 */
public record Value(Kind kind, byte[] bytes) {

	private static final Value TOMBSTONE = new Value(Kind.TOMBSTONE, new byte[0]);

	/**
	 * Checks that nothing is missing.
	 * @param kind which kind it is
	 * @param bytes the bytes
	 * @throws NullPointerException if something is null
	 */
	public Value {
		Objects.requireNonNull(kind, "kind");
		Objects.requireNonNull(bytes, "bytes");
	}

	/**
	 * The kinds of values.
	 */
	public enum Kind {

		/** A JSON text. It is kept as it is spelt, without white space around tokens. */
		JSON,

		/** UTF-8 text, {@code text/plain} to who reads it. */
		TEXT,

		/** Bytes, {@code application/octet-stream} to who reads them. */
		BYTES,

		/** No value: Kafka's null, which deletes a key in a compacted topic. */
		TOMBSTONE

	}

	/**
	 * A JSON value.
	 * @param text the JSON text; {@code send} refuses what is none, such as a text with
	 * an unpaired surrogate
	 * @return the value
	 */
	public static Value json(String text) {
		return json(Utf8.of(text));
	}

	/**
	 * A JSON value.
	 * @param utf8 the JSON text in UTF-8; {@code send} refuses what is none
	 * @return the value
	 */
	public static Value json(byte[] utf8) {
		return new Value(Kind.JSON, utf8);
	}

	/**
	 * A text.
	 * @param text the text; {@code send} refuses one that has an unpaired surrogate,
	 * which UTF-8 cannot write
	 * @return the value
	 */
	public static Value text(String text) {
		return new Value(Kind.TEXT, Utf8.of(text));
	}

	/**
	 * Bytes.
	 * @param bytes the bytes
	 * @return the value
	 */
	public static Value bytes(byte[] bytes) {
		return new Value(Kind.BYTES, bytes);
	}

	/**
	 * No value.
	 * @return the tombstone
	 */
	public static Value tombstone() {
		return TOMBSTONE;
	}

	/**
	 * The bytes as UTF-8 text.
	 * @return the text
	 */
	public String asText() {
		return new String(this.bytes, StandardCharsets.UTF_8);
	}

}
