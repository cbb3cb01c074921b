package org.exactlyonce.gateway.log;

import java.util.Arrays;
import java.util.Objects;

import org.exactlyonce.gateway.json.JsonDocuments;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.record.RecordDecoder;
import org.exactlyonce.gateway.record.RecordValue;
import org.exactlyonce.gateway.request.ContentType;

/**
 * Decides whether a record is a retry of another.
 */
final class Retries {

	private Retries() {
	}

	/** Whether the records that two decoders stand at are one and its retry. */
	static boolean isRetry(RecordDecoder stored, RecordDecoder sent) {
		if (stored.isJson() == sent.isJson()) {
			return stored.sameRecord(sent);
		}
		return stored.isJson() ? isRetry(sent.read(), stored.read()) : isRetry(stored.read(), sent.read());
	}

	/**
	 * Version 0.1 stored JSON of a media type that ends in {@code +json} as bytes, with
	 * the white space in it. Its retry comes as JSON.
	 */
	private static boolean isRetry(LogRecord bytes, LogRecord json) {
		String type = bytes.value().contentType();
		if (json.value().kind() != RecordValue.Kind.JSON || type == null || !ContentType.isStructuredJson(type)) {
			return false;
		}
		byte[] text = JsonDocuments.readIfJson(bytes.value().bytes());
		return text != null && Arrays.equals(text, json.value().bytes()) && Arrays.equals(bytes.key(), json.key())
				&& bytes.headers().equals(json.headers())
				&& Objects.equals(bytes.timestampMillis(), json.timestampMillis());
	}

}
