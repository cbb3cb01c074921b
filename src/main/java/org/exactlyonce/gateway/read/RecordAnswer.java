package org.exactlyonce.gateway.read;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.exactlyonce.gateway.log.LogReader.StoredRecord;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.record.RecordValue;
import org.jspecify.annotations.Nullable;

import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * One record as a response: its value, and the rest of it in headers. What was sent
 * reaches a header only if it could have come in one; response headers have a bound of
 * their own.
 *
 * @param contentType the media type; null if there is no body
 * @param body the body, which may be large
 * @param end what comes behind it: the end of a line, or nothing
 * @param headers the other headers, in ISO 8859-1, as a container writes them
 */
record RecordAnswer(@Nullable MimeType contentType, byte[] body, byte[] end, Map<String, String> headers) {

	private static final byte[] NOTHING = {};

	private static final byte[] LINE_FEED = { '\n' };

	private static final int MAX_KEY_BYTES = 2048;

	private static final int MAX_TYPE_LENGTH = 2048;

	/** What a browser shows and does not run. All else is for saving. */
	private static final Set<String> INLINE = Set.of("text/plain", "application/json", "image/png", "image/jpeg",
			"image/gif", "image/webp", "image/avif");

	static RecordAnswer ofValue(StoredRecord stored) {
		RecordValue value = stored.record().value();
		Map<String, String> headers = new LinkedHashMap<>();
		headers.put("Record-Offset", Long.toString(stored.offset()));
		headers.put("Record-Timestamp", Instant.ofEpochMilli(stored.timestampMillis()).toString());
		putKey(headers, stored.record());
		putId(headers, stored.record().id());
		put(headers, "Producer-Id", stored.producerId());
		put(headers, "Producer-Epoch", stored.producerEpoch());
		put(headers, "Producer-Seq", stored.sequence());
		if (value.kind() == RecordValue.Kind.TOMBSTONE) {
			headers.put("Record-Tombstone", "true");
			return new RecordAnswer(null, value.bytes(), NOTHING, headers);
		}
		MimeType type = type(value);
		if (!isInline(type)) {
			headers.put("Content-Disposition", "attachment");
		}
		return new RecordAnswer(type, value.bytes(), NOTHING, headers);
	}

	static RecordAnswer ofLine(MimeType type, byte[] json) {
		return new RecordAnswer(type, json, LINE_FEED, Map.of());
	}

	private static MimeType type(RecordValue value) {
		String type = value.contentType();
		if (type == null) {
			return MimeTypeUtils.APPLICATION_JSON;
		}
		try {
			return (type.length() <= MAX_TYPE_LENGTH) ? MimeTypeUtils.parseMimeType(type)
					: MimeTypeUtils.APPLICATION_OCTET_STREAM;
		}
		catch (InvalidMimeTypeException ex) {
			return MimeTypeUtils.APPLICATION_OCTET_STREAM; // a character set of an older
															// platform
		}
	}

	private static boolean isInline(MimeType type) {
		return type.getType().equals("audio") || type.getType().equals("video") || type.getSubtype().endsWith("+json")
				|| INLINE.contains(type.getType() + "/" + type.getSubtype());
	}

	private static void put(Map<String, String> headers, String name, @Nullable Object value) {
		if (value != null) {
			headers.put(name, value.toString());
		}
	}

	/** In the form in which it can be sent again, if it fits in a header. */
	private static void putKey(Map<String, String> headers, LogRecord record) {
		byte[] key = record.key();
		if (key == null) {
			return;
		}
		String text = new String(key, StandardCharsets.ISO_8859_1);
		if (key.length > MAX_KEY_BYTES) {
			headers.put("Record-Key-Length", Integer.toString(key.length));
		}
		else if (record.keyText() != null && isHeaderValue(text)) {
			headers.put("Record-Key", text);
		}
		else {
			headers.put("Record-Key-Base64", Base64.getEncoder().encodeToString(key));
		}
	}

	/** Unless it cannot be a header. It is in the record's line then. */
	private static void putId(Map<String, String> headers, @Nullable String id) {
		if (id != null) {
			String text = new String(id.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
			if (text.length() <= MAX_KEY_BYTES && isHeaderValue(text)) {
				headers.put("Record-Id", text);
			}
		}
	}

	private static boolean isHeaderValue(String text) {
		boolean printable = text.chars().allMatch((c) -> c >= ' ' && c != 0x7F);
		return printable && text.strip().length() == text.length();
	}

	int length() {
		return this.body.length + this.end.length;
	}

	void writeTo(OutputStream out) throws IOException {
		out.write(this.body);
		out.write(this.end);
	}

	/**
	 * Distinguishes this answer from that of any other record, also in another database.
	 */
	String entityTag() {
		MessageDigest digest = sha256();
		digest.update((this.contentType + "\n" + this.headers + "\n").getBytes(StandardCharsets.UTF_8));
		digest.update(this.body);
		digest.update(this.end);
		return "\"" + HexFormat.of().formatHex(digest.digest(), 0, 16) + "\"";
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
