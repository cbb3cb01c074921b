package org.exactlyonce.gateway.problem;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.CorsEndpointProperties;
import org.springframework.stereotype.Component;

/**
 * Treats a browser's preflight as any other OPTIONS, unless
 * {@code management.endpoints.web.cors} admits other origins to the endpoints of the
 * operator: else none is admitted, and the answer to a preflight would list methods that
 * the path does not take.
 */
@Component
class PlainOptions extends HttpFilter {

	private static final long serialVersionUID = 1L;

	private final boolean originsAdmitted;

	/**
	 * Looks at what is admitted.
	 * @param cors the settings; there are none where the endpoints have a port of their
	 * own
	 */
	PlainOptions(ObjectProvider<CorsEndpointProperties> cors) {
		this.originsAdmitted = cors.stream().anyMatch((settings) -> settings.toCorsConfiguration() != null);
	}

	@Override
	protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		boolean preflight = !this.originsAdmitted && request.getMethod().equals("OPTIONS")
				&& request.getHeader("Origin") != null;
		ProblemWriter.rememberSeenPath(request);
		chain.doFilter(preflight ? new WithoutOrigin(request) : request, response);
	}

	private static final class WithoutOrigin extends HttpServletRequestWrapper {

		WithoutOrigin(HttpServletRequest request) {
			super(request);
		}

		@Override
		public @Nullable String getHeader(String name) {
			return name.equalsIgnoreCase("Origin") ? null : super.getHeader(name);
		}

	}

}
