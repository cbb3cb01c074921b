package org.exactlyonce.gateway.append;

import java.io.IOException;
import java.util.concurrent.CompletionException;

import jakarta.servlet.AsyncEvent;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemType;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.ResponseEntity;
import org.springframework.mock.web.MockAsyncContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One answer, the right one, and never a 200 for a failure.
 */
class LateAnswerTest {

	private final MockHttpServletRequest request = new MockHttpServletRequest("POST", "/partitions/0/records");

	private final MockHttpServletResponse response = new MockHttpServletResponse();

	private final MockAsyncContext context;

	private final LateAnswer answer;

	LateAnswerTest() {
		this.request.setAsyncSupported(true);
		this.answer = new LateAnswer(this.request, this.response, JsonMapper.shared());
		this.context = (MockAsyncContext) this.request.getAsyncContext();
	}

	@Test
	void sendsABodyWithItsHeadersAndLeavesTheLengthToTheContainer() throws IOException {
		this.answer.send(ResponseEntity.status(201).header("Producer-Next-Seq", "2").body(new Body(7)), null);
		assertThat(this.response.getStatus()).isEqualTo(201);
		assertThat(this.response.getHeader("Producer-Next-Seq")).isEqualTo("2");
		assertThat(this.response.getContentType()).isEqualTo("application/json");
		assertThat(this.response.getContentAsString()).isEqualTo("{\"baseOffset\":7}");
		assertThat(this.response.containsHeader("Content-Length")).as("or the lane would write to the socket")
			.isFalse();
		assertThat(isEnded()).isTrue();
	}

	@Test
	void sendsAProblemThatNamesTheRequest() throws IOException {
		Throwable failure = Problem.of(ProblemType.OVERLOADED, "9 appends are queued.").toException();
		this.answer.send(null, new CompletionException(failure));
		assertThat(this.response.getStatus()).isEqualTo(429);
		assertThat(this.response.getHeader("Retry-After")).isEqualTo("1");
		assertThat(this.response.getContentType()).isEqualTo("application/problem+json");
		JsonNode problem = JsonMapper.shared().readTree(this.response.getContentAsString());
		assertThat(problem.get("code").stringValue()).isEqualTo("OVERLOADED");
		assertThat(problem.get("instance").stringValue()).isEqualTo("/partitions/0/records");
		assertThat(problem.propertyNames()).as("in the order of other problems")
			.startsWith("type", "title", "status", "detail", "instance");
	}

	@Test
	void faultIsA500WithoutItsDetails() throws IOException {
		this.answer.send(null, new IllegalStateException("secret"));
		assertThat(this.response.getStatus()).isEqualTo(500);
		assertThat(this.response.getContentAsString()).contains("INTERNAL_ERROR").doesNotContain("secret");
	}

	@Test
	void bodyThatCannotBeWrittenIsA500AndEndsTheRequest() throws IOException {
		this.answer.send(ResponseEntity.status(201).body(new Unwritable()), null);
		assertThat(this.response.getStatus()).isEqualTo(500);
		assertThat(this.response.getContentAsString()).isEmpty();
		assertThat(isEnded()).isTrue();
	}

	@Test
	void sendsNothingOnceTheContainerHasGivenTheRequestUp() throws IOException {
		this.answer.onError(new AsyncEvent(this.context));
		this.answer.send(ResponseEntity.status(201).body(new Body(7)), null);
		assertThat(this.response.getStatus()).isEqualTo(200);
		assertThat(this.response.getContentAsString()).isEmpty();
		assertThat(isEnded()).as("the container ends it").isFalse();
	}

	@Test
	void sendsOneAnswerOnly() throws IOException {
		this.answer.send(ResponseEntity.status(201).body(new Body(7)), null);
		this.answer.send(null, new IllegalStateException("too late"));
		assertThat(this.response.getStatus()).isEqualTo(201);
		assertThat(this.response.getContentAsString()).isEqualTo("{\"baseOffset\":7}");
	}

	private boolean isEnded() {
		return !this.request.isAsyncStarted();
	}

	private record Body(long baseOffset) {
	}

	private static final class Unwritable {

		@SuppressWarnings("unused")
		public int getOffset() {
			throw new IllegalStateException("cannot be written");
		}

	}

}
