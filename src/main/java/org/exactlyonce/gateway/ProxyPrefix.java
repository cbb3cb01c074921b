package org.exactlyonce.gateway;

import java.io.IOException;
import java.util.regex.Pattern;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.problem.ProblemWriter;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Refuses a request whose proxy says that it is below what is no path: links could not be
 * made of it, and what asks for rights could not read it. Comes right behind what
 * believes a proxy's headers. The context path itself may be spelt as a client likes.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 5)
class ProxyPrefix extends HttpFilter {

	private static final long serialVersionUID = 1L;

	/** Segments of unreserved characters, none of which is "." or "..". */
	private static final Pattern PATH = Pattern.compile("(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~-]+)*");

	private static final Pattern LEADING_SLASHES = Pattern.compile("^/+");

	@Override
	protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		String seen = request.getContextPath();
		boolean asSent = seen.equals(withoutPrefix(request).getContextPath());
		if (asSent || PATH.matcher(seen).matches()) {
			chain.doFilter(asSent ? withOwnSpelling(request) : request, response);
			return;
		}
		ProblemWriter.refuse(Problem.of(ProblemType.INVALID_REQUEST,
				"X-Forwarded-Prefix is no path of letters, digits, \".\", \"_\", \"~\" and \"-\", such as /log."),
				withoutPrefix(request), response);
	}

	/**
	 * Tomcat takes {@code //log/topics} and {@code /%6Cog/topics} for
	 * {@code /log/topics}; Spring fails at the first, and links would repeat the other.
	 */
	private static HttpServletRequest withOwnSpelling(HttpServletRequest request) {
		String own = request.getServletContext().getContextPath();
		String spelt = request.getContextPath();
		String sent = request.getRequestURI();
		if (spelt.equals(own) && sent.startsWith(own)) {
			return request;
		}
		String path = LEADING_SLASHES.matcher(sent).replaceFirst("/");
		if (own.isEmpty() || !path.startsWith(spelt)) {
			return request;
		}
		return new HttpServletRequestWrapper(request) {

			@Override
			public String getContextPath() {
				return own;
			}

			@Override
			public String getRequestURI() {
				return own + path.substring(spelt.length());
			}

		};
	}

	private static HttpServletRequest withoutPrefix(HttpServletRequest request) {
		return (request instanceof HttpServletRequestWrapper wrapper
				&& wrapper.getRequest() instanceof HttpServletRequest sent) ? sent : request;
	}

}
