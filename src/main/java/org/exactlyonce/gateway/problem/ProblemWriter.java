package org.exactlyonce.gateway.problem;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.json.ProblemDetailJacksonMixin;

/**
 * Writes a problem where Spring MVC does not: before its dispatcher, behind it, and where
 * Tomcat reports an error.
 */
public final class ProblemWriter {

	/** Writes problems as Spring MVC does, the type first. */
	private static final JsonMapper JSON = JsonMapper.builder()
		.disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
		.addMixIn(ProblemDetail.class, ProblemDetailJacksonMixin.class)
		.build();

	private static final String UNREAD = ProblemWriter.class.getName() + ".unread";

	private ProblemWriter() {
	}

	/**
	 * Answers a request whose body is not read, however long it is: the connection is
	 * closed behind the answer.
	 * @param problem what to answer
	 * @param request the request
	 * @param response its response, not committed
	 * @throws IOException if the client is gone
	 */
	public static void refuse(Problem problem, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		request.setAttribute(UNREAD, true);
		writeHead(problem.instance(request.getRequestURI()), response);
		response.setHeader("Connection", "close");
		response.getOutputStream().write(body(problem.toBody()));
	}

	/** Whether a request was refused with its body unread. */
	static boolean leavesBodyUnread(HttpServletRequest request) {
		return request.getAttribute(UNREAD) != null;
	}

	static void writeHead(Problem problem, HttpServletResponse response) {
		response.setStatus(problem.type().status().value());
		response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
		response.setHeader("Cache-Control", "no-store");
		problem.headers().forEach((name, values) -> response.setHeader(name, String.join(", ", values)));
	}

	static String text(Problem problem) {
		return new String(body(problem.toBody()), StandardCharsets.UTF_8);
	}

	/**
	 * Writes a problem's body for a request that Spring MVC has left.
	 * @param problem the problem
	 * @param path the request's path
	 * @return the JSON
	 */
	public static byte[] body(ProblemDetail problem, String path) {
		problem.setInstance(Problem.uri(path));
		return body(problem);
	}

	private static byte[] body(ProblemDetail problem) {
		return JSON.writeValueAsBytes(problem);
	}

}
