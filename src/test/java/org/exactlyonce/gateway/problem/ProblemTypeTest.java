package org.exactlyonce.gateway.problem;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The error catalogue as clients rely on it.
 */
class ProblemTypeTest {

	private final MockHttpServletRequest request = new MockHttpServletRequest();

	private final ProblemPages pages = new ProblemPages();

	@ParameterizedTest
	@CsvSource({ "INVALID_REQUEST, 400, fix-request", "UNAUTHENTICATED, 401, authenticate",
			"INVALID_SIGNATURE, 401, fix-request", "FORBIDDEN, 403, stop", "FORBIDDEN_ORIGIN, 403, stop",
			"PRODUCER_FENCED, 403, stop", "NOT_OWNER, 403, stop", "NOT_FOUND, 404, fix-request",
			"UNKNOWN_TOPIC, 404, fix-request", "UNKNOWN_PARTITION, 404, fix-request",
			"UNKNOWN_OFFSET, 404, fix-request", "UNKNOWN_PRODUCER_ID, 404, register",
			"METHOD_NOT_ALLOWED, 405, fix-request", "NOT_ACCEPTABLE, 406, fix-request",
			"REQUEST_TIMEOUT, 408, same-request", "OUT_OF_ORDER_SEQUENCE_NUMBER, 409, resync",
			"TOPIC_CONFLICT, 409, fix-request", "OFFSET_OUT_OF_RANGE, 410, resync", "LENGTH_REQUIRED, 411, fix-request",
			"RECORD_BATCH_TOO_LARGE, 413, fix-request", "UNSUPPORTED_MEDIA_TYPE, 415, fix-request",
			"SEQUENCE_REUSED, 422, fix-request", "ID_REUSED, 422, fix-request", "OVERLOADED, 429, same-request",
			"QUOTA_EXCEEDED, 429, same-request", "INTERNAL_ERROR, 500, same-request",
			"STORE_UNAVAILABLE, 503, same-request" })
	void answersWithStatusCodeAndRetryWord(ProblemType type, int status, String retry) {
		ResponseEntity<Object> response = Problem.of(type, "Detail with 42 in it.").toResponse();
		assertThat(response.getStatusCode().value()).isEqualTo(status);
		assertThat(response.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(response.getBody()).isInstanceOfSatisfying(ProblemDetail.class, (body) -> {
			assertThat(body.getStatus()).isEqualTo(status);
			assertThat(body.getTitle()).isEqualTo(type.title());
			assertThat(body.getDetail()).isEqualTo("Detail with 42 in it.");
			assertThat(body.getType()).hasToString("/problems/" + type.name().toLowerCase().replace('_', '-'));
			assertThat(body.getProperties()).containsEntry("code", type.name()).containsEntry("retry", retry);
		});
	}

	@Test
	void tableAboveHasEveryProblem() {
		assertThat(ProblemType.values()).hasSize(27);
	}

	@ParameterizedTest
	@EnumSource
	void slugLeadsBack(ProblemType type) {
		assertThat(ProblemType.bySlug(type.slug())).contains(type);
		assertThat(type.slug()).matches("[a-z]+(-[a-z]+)*");
	}

	@ParameterizedTest
	@EnumSource
	void servesPageUnderItsAddress(ProblemType type) {
		String slug = type.uri().getPath().substring("/problems/".length());
		ResponseEntity<Object> page = this.pages.page(slug, this.request);
		assertThat(page.getStatusCode().value()).isEqualTo(200);
		assertThat(String.valueOf(page.getBody())).contains("<title>" + type.title(), type.name(),
				Integer.toString(type.status().value()), type.retry(), type.whatHappened(), type.whatToDo());
		assertThat(this.pages.list(this.request)).contains("\"" + type.uri() + "\"", type.name());
	}

	@ParameterizedTest
	@CsvSource({ "INVALID_REQUEST", "invalid_request", "''", "no-such-problem" })
	void hasNoOtherPages(String slug) {
		assertThat(this.pages.page(slug, this.request).getStatusCode().value()).isEqualTo(404);
	}

	@Test
	void titlesAndSlugsTellProblemsApart() {
		List<String> titles = Arrays.stream(ProblemType.values()).map(ProblemType::title).toList();
		assertThat(titles).doesNotHaveDuplicates();
		assertThat(Arrays.stream(ProblemType.values()).map(ProblemType::slug).collect(Collectors.toSet()))
			.hasSize(titles.size());
	}

	@ParameterizedTest
	@CsvSource({ "400, INVALID_REQUEST", "401, UNAUTHENTICATED", "403, FORBIDDEN", "404, NOT_FOUND",
			"405, METHOD_NOT_ALLOWED", "406, NOT_ACCEPTABLE", "408, REQUEST_TIMEOUT", "411, LENGTH_REQUIRED",
			"413, RECORD_BATCH_TOO_LARGE", "414, INVALID_REQUEST", "415, UNSUPPORTED_MEDIA_TYPE", "429, OVERLOADED",
			"431, INVALID_REQUEST", "500, INTERNAL_ERROR", "501, INVALID_REQUEST", "503, STORE_UNAVAILABLE",
			"505, INVALID_REQUEST" })
	void mapsStatusOfContainer(int status, ProblemType type) {
		assertThat(ProblemType.byStatus(status)).isEqualTo(type);
	}

	@ParameterizedTest
	@EnumSource
	void saysToWaitOnlyWhenWaitingHelps(ProblemType type) {
		boolean waits = type == ProblemType.OVERLOADED || type == ProblemType.QUOTA_EXCEEDED
				|| type == ProblemType.STORE_UNAVAILABLE;
		assertThat(Problem.of(type, "").toResponse().getHeaders().containsHeader("Retry-After")).isEqualTo(waits);
	}

	@Test
	void invalidRequestListsEveryFieldAndNamesFirst() {
		Problem problem = Problem
			.invalid(List.of(new Problem.FieldError("a", "is wrong"), new Problem.FieldError("b", "is missing")));
		assertThat(problem.detail()).isEqualTo("a: is wrong (and 1 more, see errors)");
		assertThat(problem.toBody().getProperties()).containsEntry("errors",
				List.of(new Problem.FieldError("a", "is wrong"), new Problem.FieldError("b", "is missing")));
		assertThat(Problem.of(ProblemType.INVALID_REQUEST, "").toBody().getProperties()).containsEntry("errors",
				List.of());
	}

}
