package org.exactlyonce.gateway.access;

import java.io.IOException;
import java.util.Set;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.filter.CorsFilter;

/**
 * Keeps pages of other origins from writing, in any mode, also by a frame with one of the
 * gateway's own pages, and gives those that are admitted all that CORS has. Browsers say
 * where a page comes from, and let it not be forged; a program that is no browser says
 * nothing. Comes behind the filter that believes a proxy's headers, so that the gateway's
 * own origin is the one that the browser sees.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
class OriginFilter extends HttpFilter {

	private static final long serialVersionUID = 1L;

	private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

	/** Other than same-origin, and none, which is a user's doing. */
	private static final Set<String> OTHER_SITES = Set.of("cross-site", "same-site");

	private final transient Refusals refusals;

	private final transient @Nullable CorsConfiguration admitted;

	private final boolean anyAdmitted;

	private final transient CorsFilter cors;

	OriginFilter(CorsProperties cors, Refusals refusals) {
		this.refusals = refusals;
		this.admitted = cors.allowedOrigins().isEmpty() ? null : configuration(cors);
		this.anyAdmitted = cors.isAnyAllowed();
		this.cors = new CorsFilter((request) -> isAdmitted(request) ? this.admitted : null);
	}

	/** Without credentials: there are no cookies here. */
	private static CorsConfiguration configuration(CorsProperties cors) {
		CorsConfiguration configuration = new CorsConfiguration();
		configuration.setAllowedOrigins(cors.allowedOrigins());
		configuration.addAllowedMethod(CorsConfiguration.ALL);
		configuration.addAllowedHeader(CorsConfiguration.ALL);
		configuration.addExposedHeader(CorsConfiguration.ALL);
		configuration.setAllowPrivateNetwork(!cors.isAnyAllowed());
		configuration.setMaxAge(1800L);
		return configuration;
	}

	@Override
	protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		if (request.getMethod().equals("GET")) {
			// in a frame a page writes as its own origin
			response.setHeader("X-Frame-Options", "DENY");
		}
		if (!SAFE.contains(request.getMethod()) && isOfAnotherPage(request) && !isAdmitted(request)) {
			this.refusals.refuse(RefusalReason.ORIGIN, detail(request), request, response);
		}
		else if (this.admitted != null && (isAdmitted(request) || !CorsUtils.isPreFlightRequest(request))) {
			// for those that are not admitted, too: a cache must not give them what
			// others got
			response.addHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
			this.cors.doFilter(request, response, chain);
		}
		else {
			chain.doFilter(request, response);
		}
	}

	private boolean isAdmitted(HttpServletRequest request) {
		return this.admitted != null
				&& (this.anyAdmitted || this.admitted.checkOrigin(request.getHeader(HttpHeaders.ORIGIN)) != null);
	}

	private static boolean isOfAnotherPage(HttpServletRequest request) {
		String site = request.getHeader("Sec-Fetch-Site");
		if (site != null && OTHER_SITES.contains(site)) {
			return true;
		}
		try {
			return CorsUtils.isCorsRequest(request);
		}
		catch (IllegalArgumentException ex) {
			return true; // an origin that is none
		}
	}

	private static String detail(HttpServletRequest request) {
		String origin = request.getHeader(HttpHeaders.ORIGIN);
		return "A page of " + ((origin != null) ? Refusals.echo(origin) : "another site")
				+ " may not write: that is neither the gateway's own origin, which is " + own(request)
				+ " here, nor in gateway.cors.allowed-origins (GATEWAY_CORS_ALLOWED_ORIGINS).";
	}

	private static String own(HttpServletRequest request) {
		return request.getScheme() + "://" + Refusals.echo(request.getServerName()) + ":" + request.getServerPort();
	}

}
