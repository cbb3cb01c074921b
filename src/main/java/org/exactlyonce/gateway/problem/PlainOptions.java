package org.exactlyonce.gateway.problem;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Treats a browser's preflight as any other OPTIONS. No other origin is admitted here,
 * and the answer to a preflight would list methods that the path does not take.
 */
@Component
class PlainOptions extends HttpFilter {

	private static final long serialVersionUID = 1L;

	@Override
	protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		boolean preflight = request.getMethod().equals("OPTIONS") && request.getHeader("Origin") != null;
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
