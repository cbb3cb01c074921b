package org.exactlyonce.gateway.problem;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;

/**
 * Writes a problem where Spring MVC does not: before its dispatcher, and where Tomcat
 * reports an error.
 */
public final class ProblemWriter {

	private static final JsonMapper JSON = JsonMapper.shared();

	private static final String SEEN_PATH = ProblemWriter.class.getName() + ".seenPath";

	private static final String UNREAD = ProblemWriter.class.getName() + ".unread";

	private ProblemWriter() {
	}

	/**
	 * Answers a request whose body is not read, whoever sends it and however long it is:
	 * the connection is closed behind the answer.
	 * @param problem what to answer
	 * @param request the request
	 * @param response its response, not committed
	 * @throws IOException if the client is gone
	 */
	public static void refuse(Problem problem, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		request.setAttribute(UNREAD, true);
		writeHead(problem.instance(request.getRequestURI()), response);
		closeBehind(request, response);
		response.getOutputStream().write(body(problem, request.getContextPath()).getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Ends the connection behind an answer. One of HTTP/2 goes on: what is left of the
	 * request is reset, and clients refuse an answer that has the header.
	 * @param request the request
	 * @param response its response, not committed
	 */
	public static void closeBehind(HttpServletRequest request, HttpServletResponse response) {
		if (request.getProtocol().startsWith("HTTP/1.")) {
			response.setHeader("Connection", "close");
		}
	}

	/**
	 * Whether a request was refused with its body unread.
	 * @param request the request
	 * @return true behind {@link #refuse}
	 */
	public static boolean leavesBodyUnread(HttpServletRequest request) {
		return request.getAttribute(UNREAD) != null;
	}

	static void writeHead(Problem problem, HttpServletResponse response) {
		response.setStatus(problem.type().status().value());
		response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
		response.setHeader("Cache-Control", "no-store");
		problem.headers().forEach((name, values) -> response.setHeader(name, String.join(", ", values)));
	}

	/**
	 * Puts the path below which a client sees the gateway before a problem's type.
	 * @param problem a problem, not resolved yet
	 * @param contextPath the path, as a proxy's headers have it; empty if there is none
	 */
	public static void resolve(ProblemDetail problem, String contextPath) {
		if (!contextPath.isEmpty() && problem.getType() != null) {
			problem.setType(URI.create(contextPath + problem.getType()));
		}
	}

	/** Keeps the path that a proxy's headers tell for what answers without them. */
	static void rememberSeenPath(HttpServletRequest request) {
		String seen = request.getContextPath();
		if (!seen.equals(request.getServletContext().getContextPath())) {
			request.setAttribute(SEEN_PATH, seen);
		}
	}

	/**
	 * The path below which the client sees the gateway.
	 * @param request the request as the container has it
	 * @param own the path below which the gateway is
	 * @return what was remembered, else its own
	 */
	static String seenPath(HttpServletRequest request, String own) {
		return (request.getAttribute(SEEN_PATH) instanceof String seen) ? seen : own;
	}

	static String body(Problem problem, String contextPath) {
		ProblemDetail detail = problem.toBody();
		resolve(detail, contextPath);
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("type", String.valueOf(detail.getType()));
		body.put("title", String.valueOf(detail.getTitle()));
		body.put("status", detail.getStatus());
		body.put("detail", String.valueOf(detail.getDetail()));
		body.put("instance", String.valueOf(detail.getInstance()));
		body.putAll(problem.extensions());
		return new String(JSON.writeValueAsBytes(body), StandardCharsets.UTF_8);
	}

}
