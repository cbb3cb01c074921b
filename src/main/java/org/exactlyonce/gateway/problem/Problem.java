package org.exactlyonce.gateway.problem;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

/**
 * One answer of the error catalogue, with the numbers that explain it. Not thread-safe;
 * build it, then turn it into a response or an exception.
 */
public final class Problem {

	static final String RETRY_AFTER_SECONDS = "1";

	private final ProblemType type;

	private final String detail;

	private final Map<String, Object> extensions = new LinkedHashMap<>();

	private final HttpHeaders headers = new HttpHeaders();

	private @Nullable URI instance;

	private Problem(ProblemType type, String detail) {
		this.type = type;
		this.detail = detail;
		this.extensions.put("code", type.name());
		this.extensions.put("retry", type.retry());
		if (type == ProblemType.OVERLOADED || type == ProblemType.QUOTA_EXCEEDED
				|| type == ProblemType.STORE_UNAVAILABLE) {
			this.headers.set(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
		}
		if (type == ProblemType.INVALID_REQUEST) {
			this.extensions.put("errors", List.of());
		}
	}

	/**
	 * Starts a problem.
	 * @param type the catalogue's entry
	 * @param detail what is wrong with this request, with the numbers in it
	 * @return the problem
	 */
	public static Problem of(ProblemType type, String detail) {
		return new Problem(type, detail);
	}

	/**
	 * A 400 for one field.
	 * @param field the field's path, such as {@code records[3].value}
	 * @param message what is wrong with it
	 * @return the problem
	 */
	public static Problem invalid(String field, String message) {
		return invalid(List.of(new FieldError(field, message)));
	}

	/**
	 * A 400 for several fields.
	 * @param errors one entry a field, at least one
	 * @return the problem
	 */
	public static Problem invalid(List<FieldError> errors) {
		return invalid(errors, errors.size());
	}

	/**
	 * A 400 for more fields than are listed.
	 * @param errors one entry a field, at least one
	 * @param count how many there are
	 * @return the problem
	 */
	public static Problem invalid(List<FieldError> errors, int count) {
		FieldError first = errors.get(0);
		String shown = (count > errors.size()) ? "the first " + errors.size() + " are in errors" : "see errors";
		String more = (count > 1) ? " (and " + (count - 1) + " more, " + shown + ")" : "";
		return of(ProblemType.INVALID_REQUEST, first.field() + ": " + first.message() + more).with("errors", errors);
	}

	/**
	 * A 409, with the numbers by which the client goes on.
	 * @param detail what is wrong with this request
	 * @param expected the next expected sequence
	 * @param received the first sequence that was sent
	 * @return the problem
	 */
	public static Problem outOfOrder(String detail, long expected, long received) {
		return of(ProblemType.OUT_OF_ORDER_SEQUENCE_NUMBER, detail).with("expectedSequence", expected)
			.with("receivedSequence", received)
			.header("Producer-Expected-Seq", expected)
			.header("Producer-Received-Seq", received);
	}

	/**
	 * Adds an extension member.
	 * @param name its name
	 * @param value its value
	 * @return this problem
	 */
	public Problem with(String name, Object value) {
		this.extensions.put(name, value);
		return this;
	}

	/**
	 * Adds a response header.
	 * @param name its name
	 * @param value its value
	 * @return this problem
	 */
	public Problem header(String name, Object value) {
		this.headers.set(name, value.toString());
		return this;
	}

	/**
	 * Names the request, where Spring MVC does not know it.
	 * @param path the request's path
	 * @return this problem
	 */
	public Problem instance(String path) {
		this.instance = uri(path);
		return this;
	}

	static URI uri(String path) {
		try {
			return new URI(path);
		}
		catch (URISyntaxException ex) {
			return URI.create("/"); // "//" is a path that servers take
		}
	}

	Problem headers(HttpHeaders more) {
		this.headers.putAll(more);
		return this;
	}

	/**
	 * The problem as a response.
	 * @return a response of type {@code application/problem+json}
	 */
	public ResponseEntity<Object> toResponse() {
		return ResponseEntity.status(this.type.status())
			.headers(this.headers)
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.body(toBody());
	}

	/**
	 * The problem as an exception, for code that is not asked for a response.
	 * @return an exception without a stack trace
	 */
	public ProblemException toException() {
		return new ProblemException(this);
	}

	ProblemDetail toBody() {
		ProblemDetail body = ProblemDetail.forStatus(this.type.status());
		body.setType(this.type.uri());
		body.setInstance(this.instance);
		body.setTitle(this.type.title());
		body.setDetail(this.detail);
		this.extensions.forEach(body::setProperty);
		return body;
	}

	/**
	 * What is wrong.
	 * @return its type
	 */
	public ProblemType type() {
		return this.type;
	}

	String detail() {
		return this.detail;
	}

	Map<String, Object> extensions() {
		return this.extensions;
	}

	Map<String, List<String>> headers() {
		Map<String, List<String>> headers = new LinkedHashMap<>();
		this.headers.forEach(headers::put);
		return headers;
	}

	/**
	 * The error of one field.
	 *
	 * @param field its path, such as {@code records[3].value}
	 * @param message what is wrong with it
	 */
	public record FieldError(String field, String message) {
	}

}
