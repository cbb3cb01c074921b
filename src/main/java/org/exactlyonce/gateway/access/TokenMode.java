package org.exactlyonce.gateway.access;

import java.util.List;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.server.resource.BearerTokenErrors;
import org.springframework.security.oauth2.server.resource.web.BearerTokenResolver;
import org.springframework.security.oauth2.server.resource.web.DefaultBearerTokenResolver;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationConverter;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.preauth.x509.SubjectX500PrincipalExtractor;
import org.springframework.security.web.authentication.preauth.x509.X509AuthenticationFilter;
import org.springframework.security.web.context.NullSecurityContextRepository;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * The mode token: every request of the API needs a credential with a right. There are no
 * sessions, no cookies and no forms, so nothing of Spring Security that guards those.
 */
@Configuration(proxyBeanMethods = false)
@Conditional(ModeCheck.InToken.class)
class TokenMode {

	private static final String BEARER = "Bearer ";

	@Bean
	TokenAnswers tokenAnswers(Refusals refusals, Audit audit) {
		return new TokenAnswers(refusals, audit);
	}

	/**
	 * Each request would pay for them, and the meter of refusals says what they would.
	 */
	@Bean
	static SecurityObservationSettings withoutObservations() {
		return SecurityObservationSettings.noObservations();
	}

	@Bean
	AuthenticationManager authenticationManager(List<AuthenticationProvider> credentials) {
		return new ProviderManager(credentials);
	}

	@Bean
	SecurityFilterChain tokenChain(HttpSecurity http, AuthenticationManager credentials, TokenAnswers answers,
			AccessProperties access, @Value("${management.endpoints.web.base-path:/actuator}") String actuator) {
		http.csrf(AbstractHttpConfigurer::disable)
			.headers(AbstractHttpConfigurer::disable)
			.logout(AbstractHttpConfigurer::disable)
			.requestCache(AbstractHttpConfigurer::disable)
			.anonymous(AbstractHttpConfigurer::disable)
			.sessionManagement(AbstractHttpConfigurer::disable)
			.securityContext((context) -> context.securityContextRepository(new NullSecurityContextRepository()))
			.exceptionHandling((failures) -> failures.authenticationEntryPoint(answers).accessDeniedHandler(answers))
			.addFilter(bearer(credentials, answers))
			.authorizeHttpRequests((requests) -> AccessRules.apply(requests, actuator.replaceFirst("/$", "")));
		if (!access.certificates().isEmpty()) {
			http.addFilter(certificate(credentials));
		}
		return http.build();
	}

	/** Before the filter of bearers: a key that is sent as well decides. */
	private static X509AuthenticationFilter certificate(AuthenticationManager credentials) {
		SubjectX500PrincipalExtractor commonName = new SubjectX500PrincipalExtractor();
		X509AuthenticationFilter filter = new X509AuthenticationFilter();
		filter.setAuthenticationManager(credentials);
		filter.setPrincipalExtractor((certificate) -> {
			try {
				return commonName.extractPrincipal(certificate);
			}
			catch (BadCredentialsException ex) {
				return "";
			}
		});
		return filter;
	}

	/**
	 * By itself: the resource server's configurer adds filters of its own, one of which
	 * answers strangers.
	 */
	private static BearerTokenAuthenticationFilter bearer(AuthenticationManager credentials, TokenAnswers answers) {
		BearerTokenAuthenticationConverter header = new BearerTokenAuthenticationConverter();
		BearerTokenResolver tokens = bearerTokens();
		RequestMatcher webhooks = PathPatternRequestMatcher.withDefaults().matcher(HttpMethod.POST, "/webhooks/*");
		// its signature is the credential, whatever else its sender sends
		header.setBearerTokenResolver((request) -> webhooks.matches(request) ? null : tokens.resolve(request));
		BearerTokenAuthenticationFilter filter = new BearerTokenAuthenticationFilter(credentials, header);
		filter.setAuthenticationEntryPoint(answers);
		return filter;
	}

	/**
	 * Spring Security's, but that its pattern, which takes longer for a JWT than all else
	 * of who sends it, is asked only for headers that are not as they are sent usually.
	 */
	static BearerTokenResolver bearerTokens() {
		BearerTokenResolver strict = new DefaultBearerTokenResolver();
		return (request) -> {
			String header = request.getHeader(HttpHeaders.AUTHORIZATION);
			request.getHeaders(HttpHeaders.AUTHORIZATION).asIterator().forEachRemaining((other) -> {
				if (!other.equals(header)) {
					throw new OAuth2AuthenticationException(BearerTokenErrors.invalidRequest("Two credentials"));
				}
			});
			return (header != null && isBearer(header)) ? header.substring(BEARER.length()) : strict.resolve(request);
		};
	}

	private static boolean isBearer(String header) {
		if (header.length() == BEARER.length() || !header.startsWith(BEARER)) {
			return false;
		}
		for (int i = BEARER.length(); i < header.length(); i++) {
			if (!isOfToken(header.charAt(i))) {
				return false;
			}
		}
		return true;
	}

	private static boolean isOfToken(char character) {
		return character >= 'a' && character <= 'z' || character >= 'A' && character <= 'Z'
				|| character >= '0' && character <= '9' || "-._~+/".indexOf(character) >= 0;
	}

	/** Tomcat has checked methods and headers, and what it takes the API takes. */
	@Bean
	HttpFirewall httpFirewall() {
		StrictHttpFirewall firewall = new StrictHttpFirewall();
		firewall.setUnsafeAllowAnyHttpMethod(true);
		firewall.setAllowedHeaderNames((name) -> true);
		firewall.setAllowedHeaderValues((value) -> true);
		firewall.setAllowedParameterNames((name) -> true);
		firewall.setAllowedParameterValues((value) -> true);
		firewall.setAllowedHostnames((name) -> true);
		return firewall;
	}

}
