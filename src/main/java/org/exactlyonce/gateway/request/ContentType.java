package org.exactlyonce.gateway.request;

import java.util.Collections;
import java.util.Set;
import java.util.function.Predicate;

import jakarta.servlet.http.HttpServletRequest;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;
import org.jspecify.annotations.Nullable;

import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * The media type that a request declares for its body.
 *
 * @param kind how the body is read
 * @param text the media type as it was sent
 */
public record ContentType(Kind kind, String text) {

	private static final String JSON = "application/json";

	private static final String OCTET_STREAM = "application/octet-stream";

	private static final MimeType MERGE_PATCH = new MimeType("application", "merge-patch+json");

	/** NDJSON has no registered name; these are in use, most of all the first. */
	private static final Set<String> NDJSON = Set.of("x-ndjson", "ndjson", "jsonl", "x-jsonlines");

	/**
	 * The way in which a body is read.
	 */
	public enum Kind {

		/** One JSON document, in UTF-8. */
		JSON,

		/** One JSON value of a media type that ends in {@code +json}, in UTF-8. */
		STRUCTURED_JSON,

		/** One JSON document a line, in UTF-8. */
		NDJSON,

		/** Bytes that are not looked into. */
		BYTES

	}

	/**
	 * Reads the headers of a request that has a body.
	 * @param request the request
	 * @return the type
	 * @throws ProblemException 400 if there are two types; 415 if the type is missing, no
	 * concrete media type, a form, or an envelope of Kafka's REST proxy; if JSON is not
	 * in UTF-8; if the body is encoded
	 */
	public static ContentType of(HttpServletRequest request) {
		requireOne(request);
		String text = request.getContentType();
		MimeType type = parse(text);
		if (text == null || type == null || type.isWildcardType() || type.isWildcardSubtype() || isForm(type)) {
			throw refused(
					"Content-Type is " + ((text != null) ? text : "missing")
							+ ", must be application/json, application/x-ndjson, or the media type of one record."
							+ " With curl: -H 'Content-Type: application/json'.",
					"application/json, application/x-ndjson");
		}
		if (isKafkaEnvelope(type)) {
			throw refused("Content-Type is " + text + ", an envelope of Kafka's REST proxy, must be application/json"
					+ " with the document of this API.", JSON);
		}
		refuseEncoded(request);
		Kind kind = kind(type);
		String charset = type.getParameter("charset");
		if (kind != Kind.BYTES && charset != null && !isUtf8(charset.replace("\"", ""))) {
			throw refused("The character set is " + charset + ", JSON must be UTF-8.",
					type.getType() + "/" + type.getSubtype());
		}
		return new ContentType(kind, text);
	}

	/**
	 * Reads the headers of a request whose sender cannot be told what to send: nothing is
	 * refused, and what is not JSON by its type is bytes.
	 * @param request the request
	 * @return the type; {@code application/octet-stream} if none is given, or it is no
	 * concrete media type
	 */
	public static ContentType ofAny(HttpServletRequest request) {
		String text = request.getContentType();
		MimeType type = parse(text);
		if (text == null || type == null || type.isWildcardType() || type.isWildcardSubtype()) {
			return new ContentType(Kind.BYTES, OCTET_STREAM);
		}
		Kind kind = kind(type);
		return new ContentType((kind == Kind.NDJSON) ? Kind.BYTES : kind, text);
	}

	/**
	 * Reads the headers of a request whose body needs no type: without one it is bytes,
	 * as RFC 9110 has it (section 8.3).
	 * @param request the request
	 * @return the type
	 * @throws ProblemException 415 as {@link #of}, but for a missing type
	 */
	public static ContentType orBytes(HttpServletRequest request) {
		if (request.getContentType() != null) {
			return of(request);
		}
		refuseEncoded(request);
		return new ContentType(Kind.BYTES, OCTET_STREAM);
	}

	/**
	 * Refuses every type but JSON.
	 * @param request the request
	 * @throws ProblemException 415
	 */
	static void requireJson(HttpServletRequest request) {
		require(request, (type) -> kind(type) == Kind.JSON);
	}

	/**
	 * Refuses every type but JSON and a merge patch (RFC 7396).
	 * @param request the request
	 * @throws ProblemException 415
	 */
	static void requirePatch(HttpServletRequest request) {
		require(request, (type) -> kind(type) == Kind.JSON || MERGE_PATCH.equalsTypeAndSubtype(type));
	}

	private static void require(HttpServletRequest request, Predicate<MimeType> accepted) {
		String text = request.getContentType();
		MimeType type = parse(text);
		if (type == null || !accepted.test(type)) {
			throw refused("Content-Type is " + ((text != null) ? text : "missing")
					+ ", must be application/json. With curl: -H 'Content-Type: application/json'.", JSON);
		}
		of(request);
	}

	/**
	 * Refuses a body that its sender cannot have meant as the value of one record: a JSON
	 * document with records and an identity, sent under another media type. Taken as
	 * bytes it would lose its identity, and each retry would be stored again.
	 * @param body the body of a request without an identity in its headers
	 * @throws ProblemException 415
	 */
	public void refuseDocument(byte[] body) {
		boolean ofAnotherType = this.kind == Kind.BYTES || this.kind == Kind.STRUCTURED_JSON;
		if (ofAnotherType && DocumentScan.isDocument(body)) {
			throw refused("Content-Type is " + this.text
					+ ", but the body is a JSON document with records and an identity, must be application/json."
					+ " With curl: -H 'Content-Type: application/json'.", JSON);
		}
	}

	/** Of two types one would be a guess. */
	private static void requireOne(HttpServletRequest request) {
		String first = request.getContentType();
		request.getHeaders("Content-Type").asIterator().forEachRemaining((other) -> {
			if (!other.equals(first)) {
				throw refused("Content-Type is given more than once: " + first + ", " + other + ".",
						"application/json, application/x-ndjson");
			}
		});
	}

	private static void refuseEncoded(HttpServletRequest request) {
		for (String encoding : Collections.list(request.getHeaders("Content-Encoding"))) {
			if (!encoding.equalsIgnoreCase("identity")) {
				throw Problem
					.of(ProblemType.UNSUPPORTED_MEDIA_TYPE,
							"Content-Encoding is " + encoding + ", a body must be sent as it is.")
					.header("Accept-Encoding", "identity")
					.toException();
			}
		}
	}

	private static ProblemException refused(String detail, String accepted) {
		return Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, detail).header("Accept", accepted).toException();
	}

	private static @Nullable MimeType parse(@Nullable String contentType) {
		try {
			return (contentType != null) ? MimeTypeUtils.parseMimeType(contentType) : null;
		}
		catch (InvalidMimeTypeException ex) {
			return null;
		}
	}

	private static boolean isForm(MimeType type) {
		return type.getType().equals("multipart")
				|| (type.getType().equals("application") && type.getSubtype().equals("x-www-form-urlencoded"));
	}

	private static boolean isKafkaEnvelope(MimeType type) {
		return type.getType().equals("application") && type.getSubtype().startsWith("vnd.kafka")
				&& type.getSubtype().endsWith("+json");
	}

	private static Kind kind(MimeType type) {
		if (MimeTypeUtils.APPLICATION_JSON.equalsTypeAndSubtype(type)) {
			return Kind.JSON;
		}
		if (isStructuredJson(type)) {
			return Kind.STRUCTURED_JSON;
		}
		boolean lines = type.getType().equals("application") && NDJSON.contains(type.getSubtype());
		return lines ? Kind.NDJSON : Kind.BYTES;
	}

	/**
	 * Whether a media type says that its bytes are JSON by its ending.
	 * @param contentType the media type
	 * @return true for {@code +json}
	 */
	public static boolean isStructuredJson(String contentType) {
		MimeType type = parse(contentType);
		return type != null && isStructuredJson(type);
	}

	/**
	 * Whether a text is one concrete media type.
	 * @param text a text of at most some thousand characters, as its type is kept for a
	 * while
	 * @return true if so
	 */
	public static boolean isMediaType(String text) {
		MimeType type = parse(text);
		return type != null && type.isConcrete();
	}

	private static boolean isStructuredJson(MimeType type) {
		return type.getSubtype().endsWith("+json");
	}

	private static boolean isUtf8(String charset) {
		return charset.equalsIgnoreCase("UTF-8") || charset.equalsIgnoreCase("UTF8");
	}

}
