package org.exactlyonce.gateway.access;

import java.util.List;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.StrictHttpFirewall;

/**
 * The mode token: every request of the API needs a credential with a right. There are no
 * sessions, no cookies and no forms, so nothing of Spring Security that guards those.
 */
@Configuration(proxyBeanMethods = false)
@Conditional(ModeCheck.InToken.class)
class TokenMode {

	@Bean
	TokenAnswers tokenAnswers(Refusals refusals) {
		return new TokenAnswers(refusals);
	}

	@Bean
	AuthenticationManager authenticationManager(List<AuthenticationProvider> credentials) {
		return new ProviderManager(credentials);
	}

	@Bean
	SecurityFilterChain tokenChain(HttpSecurity http, AuthenticationManager credentials, TokenAnswers answers,
			@Value("${management.endpoints.web.base-path:/actuator}") String actuator) {
		http.csrf(AbstractHttpConfigurer::disable)
			.headers(AbstractHttpConfigurer::disable)
			.logout(AbstractHttpConfigurer::disable)
			.requestCache(AbstractHttpConfigurer::disable)
			.anonymous(AbstractHttpConfigurer::disable)
			.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
			.exceptionHandling((failures) -> failures.authenticationEntryPoint(answers).accessDeniedHandler(answers))
			.oauth2ResourceServer((tokens) -> tokens.authenticationManagerResolver((request) -> credentials)
				.authenticationEntryPoint(answers)
				.accessDeniedHandler(answers))
			.authorizeHttpRequests((requests) -> AccessRules.apply(requests, actuator));
		return http.build();
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
