package org.exactlyonce.gateway.access;

import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Stops the start, before the database is opened, in a mode that could not be kept:
 * without any credential, {@code token} would refuse every request.
 */
@Configuration(proxyBeanMethods = false)
class ModeCheck {

	private static final String ADMIN_KEY = "gateway.security.admin-key";

	private static final String QUOTAS = "gateway.quotas";

	private static final int MIN_KEY_LENGTH = 32;

	/** What RFC 6750 lets a credential be made of. */
	private static final Pattern CARRIED = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

	private static final String HOW = "such as openssl rand -base64 32 prints.";

	@Bean
	static BeanFactoryPostProcessor modeThatCanBeKept(Environment environment) {
		return (beans) -> {
			AccessProperties access = Binder.get(environment).bindOrCreate("gateway.security", AccessProperties.class);
			if (access.mode() == AccessMode.TOKEN) {
				requireCredential(access, environment);
			}
			else {
				requireNoQuota(environment);
			}
		};
	}

	private static void requireCredential(AccessProperties access, Environment environment) {
		String adminKey = access.adminKey();
		boolean certificates = !access.certificates().isEmpty();
		if (adminKey != null && !adminKey.isEmpty()) {
			requireGood(adminKey);
		}
		else if (!certificates && !AccessMode.takesJwts(environment)) {
			throw new ModeRefusedException("gateway.security.mode is token, but there is no credential to begin with.",
					"Set " + ADMIN_KEY + " (GATEWAY_SECURITY_ADMIN_KEY), " + HOW + " Or say whose JWTs to take ("
							+ AccessMode.JWT_SETTINGS + ".issuer-uri and .audiences), or what rights client "
							+ "certificates have (gateway.security.certificates).");
		}
		if (certificates && environment.getProperty("server.ssl.client-auth", "none").equalsIgnoreCase("none")) {
			throw new ModeRefusedException(
					"gateway.security.certificates grants rights to client certificates, but no client is asked for one.",
					"Set server.ssl.client-auth to want or need, and whom to trust in the SSL bundle.");
		}
	}

	static boolean isToken(Environment environment) {
		return AccessMode.of(environment) == AccessMode.TOKEN;
	}

	private static void requireGood(String adminKey) {
		if (adminKey.length() < MIN_KEY_LENGTH) {
			throw new ModeRefusedException(
					ADMIN_KEY + " has " + adminKey.length() + " characters, must have " + MIN_KEY_LENGTH + " at least.",
					"Set it to one " + HOW);
		}
		if (!CARRIED.matcher(adminKey).matches()) {
			throw new ModeRefusedException(ADMIN_KEY
					+ " has a character that \"Authorization: Bearer\" cannot carry (RFC 6750), such as a blank.",
					"Set it to one " + HOW);
		}
	}

	/** Nobody would keep to it: without credentials all requests are nobody's. */
	private static void requireNoQuota(Environment environment) {
		Binder.get(environment)
			.bind(QUOTAS, Bindable.mapOf(String.class, String.class))
			.orElse(Map.of())
			.forEach((name, value) -> {
				if (!value.isEmpty()) {
					throw new ModeRefusedException(QUOTAS + "." + name
							+ " is set, but a quota is a principal's, and only the mode token knows principals.",
							"Set gateway.security.mode to token (GATEWAY_SECURITY_MODE), or take the quotas out.");
				}
			});
	}

	/** Whether the mode is token, as its setting is bound. */
	static final class InToken implements Condition {

		@Override
		public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
			return isToken(context.getEnvironment());
		}

	}

	/** Thrown when the mode cannot be kept. */
	static final class ModeRefusedException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		private final String action;

		ModeRefusedException(String message, String action) {
			super(message);
			this.action = action;
		}

	}

	/** Reports it in two sentences, without a stack trace. */
	static class Analyzer extends AbstractFailureAnalyzer<ModeRefusedException> {

		@Override
		protected @Nullable FailureAnalysis analyze(Throwable root, ModeRefusedException cause) {
			return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action, cause);
		}

	}

}
