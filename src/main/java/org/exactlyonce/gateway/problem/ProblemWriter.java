package org.exactlyonce.gateway.problem;

import java.io.IOException;
import java.net.URI;
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

	private static final String SEEN_PATH = ProblemWriter.class.getName() + ".seenPath";

	/** The attribute of a request whose body is left unread. */
	public static final String UNREAD = ProblemWriter.class.getName() + ".unread";

	private ProblemWriter() {
	}

	/**
	 * Answers a request whose body is not read, however long it is: the connection is
	 * closed behind the answer. A person without a credential gets a page.
	 * @param problem what to answer
	 * @param request the request
	 * @param response its response, not committed
	 * @throws IOException if the client is gone
	 */
	public static void refuse(Problem problem, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		leaveBodyUnread(request, response);
		writeHead(problem.instance(request.getRequestURI()), response);
		if (problem.type() == ProblemType.UNAUTHENTICATED && ProblemPages.isForAPerson(request)) {
			response.setContentType(ProblemPages.HTML.toString());
			response.addHeader("Vary", ProblemPages.VARY);
			String page = ProblemPages.unauthenticated(problem.detail(), request);
			response.getOutputStream().write(page.getBytes(StandardCharsets.UTF_8));
			return;
		}
		response.getOutputStream().write(resolved(problem.toBody(), request.getContextPath()));
	}

	/**
	 * Answers a request whose body is not read with a head alone.
	 * @param problem what to answer
	 * @param request the request
	 * @param response its response, not committed
	 */
	public static void refuseBriefly(Problem problem, HttpServletRequest request, HttpServletResponse response) {
		leaveBodyUnread(request, response);
		writeHead(problem, response);
		response.setContentLength(0);
	}

	/**
	 * Leaves the rest of a body where it is, whatever is answered.
	 * @param request the request
	 * @param response its response, not committed
	 */
	public static void leaveBodyUnread(HttpServletRequest request, HttpServletResponse response) {
		request.setAttribute(UNREAD, true);
		closeBehind(request, response);
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
	 * Whether the body of a request is left unread.
	 * @param request the request
	 * @return true behind {@link #refuse} and {@link #leaveBodyUnread}
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

	static String text(Problem problem, String contextPath) {
		return new String(resolved(problem.toBody(), contextPath), StandardCharsets.UTF_8);
	}

	/**
	 * Writes a problem's body for a request that Spring MVC has left.
	 * @param problem the problem
	 * @param path the request's path
	 * @param contextPath the path below which the client sees the gateway
	 * @return the JSON
	 */
	public static byte[] body(ProblemDetail problem, String path, String contextPath) {
		problem.setInstance(Problem.uri(path));
		return resolved(problem, contextPath);
	}

	private static byte[] resolved(ProblemDetail problem, String contextPath) {
		resolve(problem, contextPath);
		return JSON.writeValueAsBytes(problem);
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

	/** Keeps the path that a proxy's headers name for what answers without them. */
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

}
