package org.exactlyonce.gateway.access;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import jakarta.servlet.http.HttpServletRequest;
import org.exactlyonce.gateway.problem.ProblemWriter;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AuthorizeHttpRequestsConfigurer;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.access.intercept.RequestAuthorizationContext;

/**
 * The right that each path takes, in the mode token. A path without a rule is for
 * administrators, so that a new path is closed until it has one.
 */
final class AccessRules {

	/** What is served without a credential: pages that describe, and the probes. */
	private static final String[] PAGES = { "/", "/index.html", "/style.css", "/favicon.svg", "/favicon.ico",
			"/problems", "/problems/*", "/swagger-ui.html", "/swagger-ui/**", "/v3/api-docs", "/v3/api-docs.yaml",
			"/v3/api-docs/**", "/console", "/console/**" };

	private static final HttpMethod[] READING = { HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS };

	private AccessRules() {
	}

	static void apply(AuthorizeHttpRequestsConfigurer<HttpSecurity>.AuthorizationManagerRequestMatcherRegistry requests,
			String actuator) {
		requests.requestMatchers(HttpMethod.POST, "/partitions/*/records").access(onTopic(Right.PRODUCE));
		requests.requestMatchers("/partitions/*/records", "/partitions/*/records/*").access(onTopic(Right.READ));
		// lists show what the caller may see
		requests.requestMatchers("/partitions", "/topics/{topic}/partitions").access(any(Right.PRODUCE, Right.READ));
		requests.requestMatchers("/partitions/*").access(onTopic(Right.PRODUCE, Right.READ));
		requests.requestMatchers(HttpMethod.POST, "/topics/{topic}/partitions/*/records")
			.access(onTopic(Right.PRODUCE));
		requests.requestMatchers("/topics/{topic}/partitions/*/records", "/topics/{topic}/partitions/*/records/*")
			.access(onTopic(Right.READ));
		requests.requestMatchers("/topics/{topic}/partitions/*").access(onTopic(Right.PRODUCE, Right.READ));
		requests.requestMatchers(HttpMethod.POST, "/records", "/topics/{topic}/records").access(onTopic(Right.PRODUCE));
		requests.requestMatchers(HttpMethod.PUT, "/topics/*").access(any(Right.ADMIN));
		requests.requestMatchers(HttpMethod.DELETE, "/topics/*").access(any(Right.ADMIN));
		requests.requestMatchers("/topics").access(any(Right.PRODUCE, Right.READ));
		requests.requestMatchers("/topics/{topic}").access(onTopic(Right.PRODUCE, Right.READ));
		requests.requestMatchers(HttpMethod.PATCH, "/producers/*").access(any(Right.ADMIN));
		requests.requestMatchers("/producers", "/producers/*", "/producers/*/epoch").access(any(Right.PRODUCE));
		requests.requestMatchers("/keys", "/keys/*").access(any(Right.ADMIN));
		for (HttpMethod method : READING) {
			requests
				.requestMatchers(method, actuator + "/health", actuator + "/health/liveness",
						actuator + "/health/readiness")
				.access(withoutBody());
			requests
				.requestMatchers(method, actuator + "/health/**", actuator + "/info", actuator + "/metrics",
						actuator + "/metrics/*", actuator + "/prometheus")
				.access(any(Right.MONITOR));
			if (!actuator.isEmpty()) {
				requests.requestMatchers(method, actuator).access(any(Right.MONITOR));
			}
			requests.requestMatchers(method, PAGES).access(withoutBody());
		}
		requests.requestMatchers(HttpMethod.POST, "/webhooks/*").permitAll();
		requests.requestMatchers("/webhooks/*").access(withoutBody());
		requests.anyRequest().access(any(Right.ADMIN));
	}

	/**
	 * Open to all. Whoever sends a body along has to say who it is: else all of it would
	 * be received.
	 */
	private static AuthorizationManager<RequestAuthorizationContext> withoutBody() {
		return (authentication, context) -> {
			HttpServletRequest request = context.getRequest();
			if (request.getUserPrincipal() == null && !request.getProtocol().startsWith("HTTP/1.")) {
				// it need not announce its body
				request.setAttribute(ProblemWriter.UNREAD, true);
			}
			return new AuthorizationDecision(!hasBody(request) || authentication.get() instanceof Caller);
		};
	}

	private static boolean hasBody(HttpServletRequest request) {
		return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
	}

	/** One of these rights, whatever topics it is bound to. */
	private static AuthorizationManager<RequestAuthorizationContext> any(Right first, Right... more) {
		return new Needs(EnumSet.of(first, more), false);
	}

	/** One of these rights, for the topic in the path; a path without one is records'. */
	private static AuthorizationManager<RequestAuthorizationContext> onTopic(Right first, Right... more) {
		return new Needs(EnumSet.of(first, more), true);
	}

	/**
	 * What a path needs.
	 *
	 * @param rights the rights, one of which is enough
	 * @param onTopic whether it is needed for the topic in the path
	 */
	private record Needs(Set<Right> rights,
			boolean onTopic) implements AuthorizationManager<RequestAuthorizationContext> {

		@Override
		public AuthorizationResult authorize(Supplier<? extends @Nullable Authentication> authentication,
				RequestAuthorizationContext request) {
			String topic = this.onTopic ? request.getVariables().getOrDefault("topic", Rights.RECORDS) : null;
			boolean granted = authentication.get() instanceof Caller caller && includes(caller.rights(), topic);
			return new Decision(granted, this.rights.stream().map(Right::word).collect(Collectors.joining(" or ")),
					topic);
		}

		private boolean includes(Rights given, @Nullable String topic) {
			return (topic != null) ? given.includeAny(this.rights, topic) : given.includeAny(this.rights);
		}

	}

	/** A decision that knows what it was about. */
	static final class Decision extends AuthorizationDecision {

		private static final long serialVersionUID = 1L;

		private final String needed;

		private final @Nullable String topic;

		Decision(boolean granted, String needed, @Nullable String topic) {
			super(granted);
			this.needed = needed;
			this.topic = topic;
		}

		/** The topic for which it was needed; null if for none. */
		@Nullable String topic() {
			return this.topic;
		}

		/** The right that was needed, or the rights, one of which is enough. */
		String needed() {
			return this.needed;
		}

	}

}
