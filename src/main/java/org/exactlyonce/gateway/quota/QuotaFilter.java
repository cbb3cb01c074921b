package org.exactlyonce.gateway.quota;

import java.io.IOException;
import java.security.Principal;
import java.util.Set;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.exactlyonce.gateway.access.RefusalReason;
import org.exactlyonce.gateway.access.Refusals;

/**
 * Refuses what is over its sender's quota of requests or bytes, before the body is read.
 * Comes behind what authenticates, and before what asks for rights, so that whoever lacks
 * one cannot ask without end either.
 */
final class QuotaFilter extends HttpFilter {

	private static final long serialVersionUID = 1L;

	private static final Set<String> WITHOUT_BODY = Set.of("GET", "HEAD", "DELETE", "OPTIONS");

	private final transient Rates rates;

	private final transient Refusals refusals;

	private final long mostBytes;

	/**
	 * Keeps to quotas.
	 * @param rates what is used of them
	 * @param refusals answers what is refused
	 * @param mostBytes the most that is received of a body, whatever is announced
	 */
	QuotaFilter(Rates rates, Refusals refusals, long mostBytes) {
		this.rates = rates;
		this.refusals = refusals;
		this.mostBytes = mostBytes;
	}

	@Override
	protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		Principal principal = request.getUserPrincipal();
		if (principal == null) { // a path that is open to all
			chain.doFilter(request, response);
			return;
		}
		String name = principal.getName();
		// who asks before sending it may never send it
		boolean asks = request.getHeader("Expect") != null;
		long announced = asks ? -1 : Math.min(request.getContentLengthLong(), this.mostBytes);
		Exceeded exceeded = this.rates.take(name, hasBody(request), Math.max(announced, 0));
		if (exceeded != null) {
			this.refusals.refuse(RefusalReason.QUOTA, exceeded.problem(name), request, response);
		}
		else {
			chain.doFilter(
					(announced >= 0) ? request : new CountedBody(request, (bytes) -> this.rates.charge(name, bytes)),
					response);
		}
	}

	/** HTTP/2 announces a body or not as it likes. */
	private static boolean hasBody(HttpServletRequest request) {
		long length = request.getContentLengthLong();
		return length > 0 || (length < 0 && (request.getHeader("Transfer-Encoding") != null
				|| !(request.getProtocol().startsWith("HTTP/1.") || WITHOUT_BODY.contains(request.getMethod()))));
	}

}
