package org.exactlyonce.gateway.webhook;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import org.exactlyonce.gateway.json.JsonDocuments;
import org.exactlyonce.gateway.record.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a sender to deliver an event, as it arrived. Nothing of its body is
 * parsed until it is asked for. Belongs to one thread.
 */
final class Delivery {

	private final Function<String, @Nullable String> headers;

	private final UnaryOperator<String> names;

	private final byte[] body;

	private byte @Nullable [] json;

	private boolean parsed;

	/**
	 * A delivery.
	 * @param headers finds the first header of a name, in any case; its characters stand
	 * for bytes, as the container has them
	 * @param body the body, byte for byte
	 */
	Delivery(Function<String, @Nullable String> headers, byte[] body) {
		this(headers, body, UnaryOperator.identity());
	}

	/**
	 * A delivery whose sender may have names of its own for headers.
	 * @param headers finds the first header of a name
	 * @param body the body, byte for byte
	 * @param names tells under which name a header came
	 */
	Delivery(Function<String, @Nullable String> headers, byte[] body, UnaryOperator<String> names) {
		this.headers = headers;
		this.names = names;
		this.body = body;
	}

	/** The name under which a header came. */
	String sentName(String name) {
		return this.names.apply(name);
	}

	/** The bytes of a header; null if it is missing or empty. */
	byte @Nullable [] headerBytes(String name) {
		String value = this.headers.apply(sentName(name));
		return (value == null || value.isEmpty()) ? null : value.getBytes(StandardCharsets.ISO_8859_1);
	}

	/**
	 * A header's text: UTF-8 if it is that, else a character a byte. Null if it is
	 * missing or empty.
	 */
	@Nullable String header(String name) {
		byte[] bytes = headerBytes(name);
		return (bytes == null) ? null : Objects.requireNonNullElseGet(Utf8.decode(bytes),
				() -> new String(bytes, StandardCharsets.ISO_8859_1));
	}

	byte[] body() {
		return this.body;
	}

	/** The minimal text of the body; null if it is no JSON that would be taken. */
	byte @Nullable [] json() {
		if (!this.parsed) {
			this.json = JsonDocuments.readIfJson(this.body);
			this.parsed = true;
		}
		return this.json;
	}

}
