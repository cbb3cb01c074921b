package org.exactlyonce.client.internals;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Set;

import org.exactlyonce.client.NotAuthenticatedException;
import org.exactlyonce.client.NotAuthorizedException;
import org.exactlyonce.client.NotOwnerException;
import org.exactlyonce.client.OffsetOutOfRangeException;
import org.exactlyonce.client.OutgoingRecord;
import org.exactlyonce.client.Problem;
import org.exactlyonce.client.RefusedException;
import org.exactlyonce.client.Transport;
import org.exactlyonce.client.UnknownPartitionException;

/**
 * What the gateway answered to any request.
 *
 * @param status the HTTP status
 * @param body the members of its JSON object; empty if it has none
 * @param retryAfter how long to wait before the next request; zero if nobody asked for
 * it, {@link Nanos#of} at the most
 */
record Answer(int status, Map<String, Object> body, Duration retryAfter) {

	/** What a server on the way answers before it passes a request on. */
	private static final Set<Integer> BEFORE = Set.of(401, 407, 413, 414, 429, 431);

	static Answer of(Transport.Response response) {
		return new Answer(response.status(), members(response.body()), retryAfter(response.headers()));
	}

	private static Map<String, Object> members(byte[] body) {
		try {
			return JsonParser.parseObject(new String(body, StandardCharsets.UTF_8));
		}
		catch (IllegalArgumentException ex) {
			return Map.of();
		}
	}

	private static Duration retryAfter(Map<String, String> headers) {
		Duration wait = retryAfter(headers.getOrDefault("retry-after", "0").strip());
		return wait.isNegative() ? Duration.ZERO : Duration.ofNanos(Nanos.of(wait));
	}

	/** Seconds, or the time as HTTP writes it. */
	private static Duration retryAfter(String value) {
		try {
			return value.matches("\\d+") ? Duration.ofSeconds(Long.parseLong(value)) : Duration.between(Instant.now(),
					ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
		}
		catch (NumberFormatException | DateTimeException ex) {
			return Duration.ZERO;
		}
	}

	Answer withRetryAfter(Duration wait) {
		return new Answer(this.status, this.body, wait);
	}

	/**
	 * Whether the same request is to be sent again.
	 * @return true if it was not answered for good
	 */
	boolean isTransient() {
		return this.status == 408 || this.status == 429 || this.status >= 500
				|| (isSuccess() && this.status != 202 && this.body.isEmpty());
	}

	/**
	 * Whether it is sure that nothing came of it. An error without a code is that of a
	 * server on the way, which may have passed the request on.
	 * @return false if it may have been done all the same
	 */
	boolean isDefinite() {
		return BEFORE.contains(this.status)
				|| (this.status >= 400 && this.status < 500 && this.status != 408 && code() != null);
	}

	boolean isSuccess() {
		return this.status >= 200 && this.status < 300;
	}

	/** Whether there is no such topic, or no such partition of it. */
	boolean isMissing() {
		return this.status == 404 && ("UNKNOWN_TOPIC".equals(code()) || "UNKNOWN_PARTITION".equals(code()));
	}

	/**
	 * Whether it is a receipt of a partition.
	 * @param place the partition
	 * @return false if it is another one's, or none
	 */
	boolean isOf(Place place) {
		// A gateway without topics has only records'.
		String topic = (text("topic") != null) ? text("topic") : OutgoingRecord.DEFAULT_TOPIC;
		return place.topic().equals(topic) && place.partition() == number("partition");
	}

	String code() {
		return text("code");
	}

	String text(String member) {
		return (this.body.get(member) instanceof String text) ? text : null;
	}

	long number(String member) {
		return (this.body.get(member) instanceof Long number) ? number : -1;
	}

	boolean isDuplicate() {
		return Boolean.TRUE.equals(this.body.get("duplicate"));
	}

	Instant appendedAt() {
		String text = text("appendedAt");
		try {
			return (text != null) ? Instant.parse(text) : null;
		}
		catch (DateTimeParseException ex) {
			return null;
		}
	}

	Problem problem() {
		return new Problem(this.status, code(), text("title"), text("detail"), text("retry"));
	}

	/**
	 * Why the request is refused, if it is not to be sent again.
	 * @return the exception
	 */
	RefusedException refusal() {
		if (this.status == 401) {
			return new NotAuthenticatedException(message(), problem(), null);
		}
		if (this.status == 403) {
			return "NOT_OWNER".equals(code()) ? new NotOwnerException(message(), problem(), null)
					: new NotAuthorizedException(message(), problem(), null);
		}
		if ("OFFSET_OUT_OF_RANGE".equals(code())) {
			return new OffsetOutOfRangeException(message(), problem(), null, number("logStartOffset"),
					number("logEndOffset"));
		}
		return isMissing() ? new UnknownPartitionException(message(), problem(), null)
				: new RefusedException(message(), problem(), null);
	}

	/**
	 * What to tell a person.
	 * @return the detail, or the status
	 */
	String message() {
		String detail = text("detail");
		return (detail != null) ? detail : "The gateway answered with status " + this.status + ".";
	}

}
