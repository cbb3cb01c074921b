package org.exactlyonce.gateway.webhook;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.record.RecordHeaders;
import org.exactlyonce.gateway.record.RecordValue;
import org.exactlyonce.gateway.request.ContentType;
import org.jspecify.annotations.Nullable;

/**
 * Makes a record of a delivery: the same one of every attempt to deliver an event.
 */
final class EventRecord {

	private static final String CONTENT_TYPE = "content-type";

	private static final String CONTENT_ENCODING = "content-encoding";

	private EventRecord() {
	}

	/**
	 * Makes the record.
	 * @param source its source
	 * @param delivery the delivery, which is signed
	 * @param type the media type of its body
	 * @return the record
	 * @throws ProblemException 400 if it has no id where its source has one
	 */
	static LogRecord of(WebhookSource source, Delivery delivery, ContentType type) {
		String id = source.idOf(delivery);
		ValueExpression expression = source.key();
		String key = (expression != null) ? expression.in(delivery) : null;
		return new LogRecord((key != null) ? key.getBytes(StandardCharsets.UTF_8) : null, value(delivery, type),
				RecordHeaders.of(headers(source, delivery)), null, id);
	}

	/** JSON that is not strict is kept as its bytes: its sender cannot be taught. */
	private static RecordValue value(Delivery delivery, ContentType type) {
		byte[] json = (type.kind() == ContentType.Kind.BYTES) ? null : delivery.json();
		if (json == null) {
			return RecordValue.bytes(delivery.body(), type.text());
		}
		return RecordValue.json(json, (type.kind() == ContentType.Kind.JSON) ? null : type.text());
	}

	private static SortedMap<String, String> headers(WebhookSource source, Delivery delivery) {
		SortedMap<String, String> headers = new TreeMap<>();
		Stream
			.of(Stream.of(CONTENT_TYPE, CONTENT_ENCODING), source.scheme().headers().stream(),
					source.id().headers().stream())
			.flatMap((names) -> names)
			.forEach((name) -> {
				@Nullable String value = delivery.header(name);
				if (value != null) {
					headers.put(delivery.sentName(name).toLowerCase(Locale.ROOT), value);
				}
			});
		return headers;
	}

}
