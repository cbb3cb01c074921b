package org.exactlyonce.gateway.cloudevent;

import java.util.List;
import java.util.Locale;

import jakarta.servlet.http.HttpServletRequest;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;
import org.jspecify.annotations.Nullable;

/**
 * A content mode of the HTTP binding: how a request carries CloudEvents.
 */
public enum CloudEventMode {

	/** Attributes in headers, the data as the body. */
	BINARY,

	/** One event as a JSON object. */
	STRUCTURED,

	/** Events as a JSON array. */
	BATCHED;

	/** The media type of an event that is kept as it was sent. */
	static final String EVENT_TYPE = "application/cloudevents+json";

	private static final String BATCH_TYPE = "application/cloudevents-batch+json";

	/** What every media type of CloudEvents begins with. */
	private static final String PREFIX = "application/cloudevents";

	/** With one of these the sender means an event, and the others must be there too. */
	private static final List<String> REQUIRED_HEADERS = EventAttributes.REQUIRED.stream()
		.map((attribute) -> BinaryEvent.PREFIX + attribute)
		.toList();

	/**
	 * Looks for CloudEvents, at the media type first: with one of theirs, headers say
	 * nothing.
	 * @param request the request
	 * @return the mode, or null if the request carries none
	 * @throws ProblemException 415 if they come in another format than JSON
	 */
	public static @Nullable CloudEventMode of(HttpServletRequest request) {
		String contentType = request.getContentType();
		String type = (contentType != null) ? withoutParameters(contentType) : "";
		if (type.startsWith(PREFIX)) {
			return switch (type) {
				case EVENT_TYPE -> STRUCTURED;
				case BATCH_TYPE -> BATCHED;
				default -> throw refused(String.valueOf(contentType));
			};
		}
		return REQUIRED_HEADERS.stream().anyMatch((name) -> request.getHeader(name) != null) ? BINARY : null;
	}

	private static String withoutParameters(String contentType) {
		int end = contentType.indexOf(';');
		return ((end < 0) ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
	}

	private static ProblemException refused(String contentType) {
		return Problem
			.of(ProblemType.UNSUPPORTED_MEDIA_TYPE,
					"Content-Type is " + contentType + ", CloudEvents must come as " + EVENT_TYPE + ", as " + BATCH_TYPE
							+ ", or with their attributes in headers.")
			.header("Accept", EVENT_TYPE + ", " + BATCH_TYPE)
			.toException();
	}

}
