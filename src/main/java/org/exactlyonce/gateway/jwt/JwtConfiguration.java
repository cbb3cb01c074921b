package org.exactlyonce.gateway.jwt;

import java.time.Clock;

import org.exactlyonce.gateway.access.AccessMode;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Takes JWTs as credentials in the mode token, once Spring Boot's own settings say whose
 * they are and for whom. Stops the start, before the database is opened, if one of both
 * is missing: a decoder without them takes the tokens of any service.
 */
@Configuration(proxyBeanMethods = false)
@Conditional(JwtConfiguration.Configured.class)
class JwtConfiguration {

	@Bean
	static BeanFactoryPostProcessor issuerAndAudience(Environment environment) {
		return (beans) -> {
			OAuth2ResourceServerProperties.Jwt settings = settings(environment);
			String issuer = settings.getIssuerUri();
			require((issuer != null && !issuer.isBlank()) ? issuer : null, "issuer-uri", "who issues the tokens");
			require(settings.getAudiences().isEmpty() ? null : settings.getAudiences(), "audiences",
					"what the tokens for this gateway have as their audience");
			if (settings.getPublicKeyLocation() != null && settings.getJwsAlgorithms().size() != 1) {
				throw JwtDecoders.invalid("jws-algorithms", settings.getJwsAlgorithms(),
						"with public-key-location it is the one algorithm of that key, such as RS256");
			}
		};
	}

	private static void require(@Nullable Object value, String name, String what) {
		if (value == null) {
			throw JwtDecoders.invalid(name, null, "JWTs need issuer-uri and audiences; set " + name + ", " + what);
		}
	}

	private static OAuth2ResourceServerProperties.Jwt settings(Environment environment) {
		return Binder.get(environment).bindOrCreate(AccessMode.JWT_SETTINGS, OAuth2ResourceServerProperties.Jwt.class);
	}

	@Bean
	JwtAuthentication jwtAuthentication(Environment environment, Clock clock) {
		OAuth2ResourceServerProperties.Jwt settings = settings(environment);
		VerifiedTokens verified = new VerifiedTokens();
		IssuerKeys keys = new IssuerKeys(verified::clear);
		boolean offline = settings.getPublicKeyLocation() != null;
		return new JwtAuthentication(JwtDecoders.of(settings, keys), (id) -> offline || keys.knows(id), verified,
				new JwtCallers(settings, clock));
	}

	/** Whether the mode is token, and anything is set for JWTs. */
	static final class Configured implements Condition {

		@Override
		public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
			return AccessMode.of(context.getEnvironment()) == AccessMode.TOKEN
					&& AccessMode.takesJwts(context.getEnvironment());
		}

	}

}
