package org.exactlyonce.gateway.incoming;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.json.StrictBase64;
import org.exactlyonce.gateway.record.Utf8;
import org.exactlyonce.gateway.request.Digits;
import org.exactlyonce.gateway.request.QueryParameterCheck;
import org.exactlyonce.gateway.request.QueryString;
import org.exactlyonce.gateway.sequence.SequenceRange;
import org.jspecify.annotations.Nullable;

/**
 * The part of an append that is outside its body.
 *
 * @param identity the identity in headers
 * @param recordKey the record's key, if any
 * @param requestId the id of the request as a whole, if any
 * @param acknowledged false for {@code acks=0}: the sender does not get the outcome
 */
record AppendHeaders(SentIdentity identity, @Nullable SentKey recordKey, @Nullable String requestId,
		boolean acknowledged) {

	private static final String RECORD_KEY = "Record-Key";

	private static final String RECORD_KEY_BASE64 = "Record-Key-Base64";

	/**
	 * Reads the headers and the query string.
	 * @param request the request
	 * @param errors takes what is wrong with them
	 * @return what was readable
	 */
	static AppendHeaders read(HttpServletRequest request, FieldErrors errors) {
		QueryParameterCheck.report(request, errors);
		SentIdentity identity = new SentIdentity(number(request, SentIdentity.Place.HEADERS.producerId(), errors),
				number(request, SentIdentity.Place.HEADERS.producerEpoch(), errors),
				number(request, SentIdentity.Place.HEADERS.baseSequence(), errors));
		return new AppendHeaders(identity, key(request, errors), IdempotencyKey.read(request, errors),
				acknowledged(request, errors));
	}

	/**
	 * Notes what does not go together with ids.
	 * @param batch the records that were sent
	 * @param identified whether they have sequences
	 * @param errors takes the errors
	 */
	void checkIds(IncomingBatch batch, boolean identified, FieldErrors errors) {
		String field = (this.requestId != null) ? IdempotencyKey.NAME : batch.idField();
		if (field == null) {
			return;
		}
		if (this.requestId != null && batch.idField() != null) {
			errors.add(field, "comes together with " + batch.idField() + ", must be one of them");
		}
		if (identified) {
			errors.add(field, "comes together with a producer's identity, must be one of them");
		}
		if (!this.acknowledged) {
			errors.add("acks", "is 0, which does not go with " + field + ": leave one of them out");
		}
	}

	private static @Nullable Long number(HttpServletRequest request, String name, FieldErrors errors) {
		String text = single(request, name, errors);
		if (text == null) {
			return null;
		}
		long number = Digits.parse(text);
		if (number < 0) {
			errors.add(name,
					"is \"" + FieldErrors.shortened(text, 40) + "\", must be an integer of 0 to " + SequenceRange.MAX);
		}
		return Math.max(number, 0);
	}

	/** A key is bytes, sent as text or as base64. */
	private static @Nullable SentKey key(HttpServletRequest request, FieldErrors errors) {
		String text = single(request, RECORD_KEY, errors);
		String base64 = single(request, RECORD_KEY_BASE64, errors);
		if (text != null && base64 != null) {
			errors.add(RECORD_KEY_BASE64, "comes together with " + RECORD_KEY + ", must be one of them");
		}
		if (text != null) {
			// the container reads headers as ISO 8859-1, whatever was sent; this is UTF-8
			byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
			if (Utf8.decode(bytes) == null) {
				errors.add(RECORD_KEY, "must be UTF-8 text");
			}
			return new SentKey(RECORD_KEY, bytes);
		}
		if (base64 == null) {
			return null;
		}
		byte[] bytes = StrictBase64.decode(base64);
		if (bytes == null) {
			errors.add(RECORD_KEY_BASE64, StrictBase64.WRONG);
		}
		return new SentKey(RECORD_KEY_BASE64, (bytes != null) ? bytes : new byte[0]);
	}

	private static @Nullable String single(HttpServletRequest request, String name, FieldErrors errors) {
		List<String> values = Collections.list(request.getHeaders(name));
		if (values.size() > 1) {
			errors.add(name, "is given more than once");
		}
		return values.isEmpty() ? null : values.get(0);
	}

	private static boolean acknowledged(HttpServletRequest request, FieldErrors errors) {
		// from the query string alone: asking for a parameter could read the body
		List<String> acks = QueryString.values(request.getQueryString(), "acks");
		boolean none = acks.equals(List.of("0"));
		if (!none && acks.size() == 1 && !acks.equals(List.of("all"))) {
			errors.add("acks", "is \"" + FieldErrors.shortened(acks.get(0), 40) + "\", must be all or 0");
		}
		return !none;
	}

	/**
	 * The key of the one record.
	 *
	 * @param header the header it came in
	 * @param bytes the key; empty if it is malformed, which is an error
	 */
	record SentKey(String header, byte[] bytes) {
	}

}
