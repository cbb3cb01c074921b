package org.exactlyonce.gateway.support;

import java.util.List;
import java.util.Map;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.exactlyonce.gateway.problem.Problem.FieldError;
import org.exactlyonce.gateway.problem.ProblemException;

import org.springframework.http.HttpHeaders;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * A problem as its client would see it, without HTTP between.
 *
 * @param response the answer
 */
public record Problems(ResponseEntity<Object> response) {

	/**
	 * Catches the problem that a call ends with, and checks that it shows nothing of the
	 * inside.
	 * @param call the call
	 * @return the problem
	 */
	public static Problems thrownBy(ThrowingCallable call) {
		ProblemException thrown = catchThrowableOfType(ProblemException.class, call);
		assertThat(thrown).as("problem").isNotNull();
		return of(thrown);
	}

	/**
	 * The problem that an exception carries.
	 * @param thrown the exception
	 * @return the problem
	 */
	public static Problems of(Throwable thrown) {
		assertThat(thrown).isInstanceOf(ProblemException.class);
		Problems problem = new Problems(((ProblemException) thrown).problem().toResponse());
		assertThat(problem.body().getDetail() + problem.errors())
			.doesNotContain("`", "Jackson", "Exception", "java.", "tools.", "org.", "JsonToken", "START_", "VALUE_")
			.doesNotContainPattern("\\bnull\\b");
		return problem;
	}

	public int status() {
		return this.response.getStatusCode().value();
	}

	public String code() {
		return String.valueOf(property("code"));
	}

	public String detail() {
		return String.valueOf(body().getDetail());
	}

	public HttpHeaders headers() {
		return this.response.getHeaders();
	}

	public Object property(String name) {
		Map<String, Object> properties = body().getProperties();
		return (properties != null) ? properties.get(name) : null;
	}

	/**
	 * The errors, each as "field: message".
	 * @return the entries in order; empty if there are none
	 */
	public List<String> errors() {
		return (property("errors") instanceof List<?> errors) ? errors.stream()
			.map(FieldError.class::cast)
			.map((error) -> error.field() + ": " + error.message())
			.toList() : List.of();
	}

	private ProblemDetail body() {
		return (ProblemDetail) this.response.getBody();
	}

}
