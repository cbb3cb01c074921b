package org.exactlyonce.client.internals;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;

import org.exactlyonce.client.Header;
import org.exactlyonce.client.InvalidRecordException;
import org.exactlyonce.client.OutgoingRecord;
import org.exactlyonce.client.Value;

/**
 * A record as its line of NDJSON, as the gateway reads it.
 */
final class RecordLine {

	private static final Instant YEAR_0 = Instant.parse("0000-01-01T00:00:00Z");

	private static final Instant YEAR_9999 = Instant.parse("9999-12-31T23:59:59.999Z");

	/** The gateway's limit, in code points. */
	private static final int LONGEST_ID = 255;

	private RecordLine() {
	}

	/**
	 * Writes a record.
	 * @param outgoing the record
	 * @return the line, with its end
	 * @throws InvalidRecordException if it cannot be written, or the gateway would refuse
	 * it
	 */
	static byte[] of(OutgoingRecord outgoing) {
		Value value = outgoing.value();
		int keyLength = (outgoing.key() != null) ? outgoing.key().length + 16 : 0;
		Bytes out = new Bytes(value.bytes().length + keyLength + 64 + outgoing.headers().size() * 32);
		out.add('{');
		if (outgoing.id() != null) {
			out.addText("\"id\":");
			JsonString.write(checkedId(outgoing.id()), out);
			out.add(',');
		}
		if (outgoing.key() != null) {
			key(outgoing.key(), out);
			out.add(',');
		}
		value(value, out);
		if (!outgoing.headers().isEmpty()) {
			headers(outgoing, out);
		}
		if (outgoing.timestamp() != null) {
			out.addText(",\"timestamp\":\"" + timestamp(outgoing.timestamp()) + '"');
		}
		out.add('}');
		out.add('\n');
		return out.toArray();
	}

	private static byte[] checkedId(String id) {
		int length = id.codePointCount(0, id.length());
		if (length < 1 || length > LONGEST_ID) {
			throw invalid("The id has " + length + " characters, not 1 to " + LONGEST_ID + ".", null);
		}
		if (!Utf8.isValid(id) || id.chars().anyMatch(Character::isISOControl)) {
			throw invalid("The id has a control character or an unpaired surrogate.", null);
		}
		return id.getBytes(StandardCharsets.UTF_8);
	}

	private static void key(byte[] key, Bytes out) {
		boolean text = Utf8.isValid(key);
		for (int i = 0; text && i < key.length; i++) {
			text = key[i] != 0;
		}
		out.addText(text ? "\"key\":" : "\"keyBase64\":");
		textOrBase64(text, key, out);
	}

	private static void value(Value value, Bytes out) {
		switch (value.kind()) {
			case TOMBSTONE -> out.addText("\"tombstone\":true");
			case BYTES -> {
				out.addText("\"valueBase64\":");
				textOrBase64(false, value.bytes(), out);
			}
			case TEXT -> {
				if (!Utf8.isValid(value.bytes())) {
					throw invalid("The text is not UTF-8, or has an unpaired surrogate.", null);
				}
				out.addText("\"valueText\":");
				JsonString.write(value.bytes(), out);
			}
			case JSON -> {
				out.addText("\"value\":");
				try {
					JsonText.write(value.bytes(), out);
				}
				catch (IllegalArgumentException ex) {
					throw invalid("The value " + ex.getMessage() + ".", ex);
				}
			}
		}
	}

	private static void headers(OutgoingRecord outgoing, Bytes out) {
		out.addText(",\"headers\":[");
		boolean first = true;
		for (Header header : outgoing.headers()) {
			if (header.name().indexOf(0) >= 0 || !Utf8.isValid(header.name())) {
				throw invalid("The name of a header has U+0000 or an unpaired surrogate.", null);
			}
			out.addText(first ? "[" : ",[");
			JsonString.write(header.name().getBytes(StandardCharsets.UTF_8), out);
			out.add(',');
			headerValue(header.value(), out);
			out.add(']');
			first = false;
		}
		out.add(']');
	}

	private static void headerValue(byte[] value, Bytes out) {
		if (value == null) {
			out.addText("null");
		}
		else if (Utf8.isValid(value)) {
			JsonString.write(value, out);
		}
		else {
			out.addText("{\"base64\":");
			textOrBase64(false, value, out);
			out.add('}');
		}
	}

	private static void textOrBase64(boolean text, byte[] bytes, Bytes out) {
		if (text) {
			JsonString.write(bytes, out);
		}
		else {
			out.add('"');
			out.add(Base64.getEncoder().encode(bytes));
			out.add('"');
		}
	}

	private static Instant timestamp(Instant timestamp) {
		if (timestamp.isBefore(YEAR_0) || timestamp.isAfter(YEAR_9999)) {
			throw invalid("The timestamp " + timestamp + " is not in the years 0 to 9999.", null);
		}
		return timestamp.truncatedTo(ChronoUnit.MILLIS);
	}

	private static InvalidRecordException invalid(String message, Throwable cause) {
		return new InvalidRecordException(message, null, cause);
	}

}
