package org.exactlyonce.gateway.access;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Stops the start, before the database is opened, in a mode that could not be kept: as
 * long as there are no credentials, {@code token} would serve nobody, or everybody.
 */
@Configuration(proxyBeanMethods = false)
class ModeCheck {

	@Bean
	static BeanFactoryPostProcessor modeThatCanBeKept(Environment environment) {
		return (beans) -> {
			AccessMode mode = Binder.get(environment)
				.bind("gateway.security.mode", AccessMode.class)
				.orElse(AccessMode.LOCAL);
			if (mode == AccessMode.TOKEN) {
				throw new NoCredentialsException();
			}
		};
	}

	/** There are no credentials in this version. */
	static final class NoCredentialsException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		NoCredentialsException() {
			super("gateway.security.mode is token, but this version has no credentials to ask for.");
		}

	}

	/** Says it in two sentences, without a stack trace. */
	static class Analyzer extends AbstractFailureAnalyzer<NoCredentialsException> {

		@Override
		protected @Nullable FailureAnalysis analyze(Throwable root, NoCredentialsException cause) {
			return new FailureAnalysis(String.valueOf(cause.getMessage()),
					"Set it to local, which serves this machine alone, or to open behind something that asks.", cause);
		}

	}

}
