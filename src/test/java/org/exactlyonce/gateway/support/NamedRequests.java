package org.exactlyonce.gateway.support;

import java.io.IOException;
import java.security.Principal;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Stands for whatever authenticates: a request is its {@code Principal} header's, which
 * is an administrator if it has the {@code Role} {@code admin}.
 */
public final class NamedRequests extends HttpFilter {

	private static final long serialVersionUID = 1L;

	@Override
	protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		String name = request.getHeader("Principal");
		chain.doFilter((name != null) ? new Named(request, name) : request, response);
	}

	private static final class Named extends HttpServletRequestWrapper {

		private final Principal principal;

		private Named(HttpServletRequest request, String name) {
			super(request);
			this.principal = () -> name;
		}

		@Override
		public Principal getUserPrincipal() {
			return this.principal;
		}

		@Override
		public boolean isUserInRole(String role) {
			return role.equals(getHeader("Role"));
		}

	}

}
