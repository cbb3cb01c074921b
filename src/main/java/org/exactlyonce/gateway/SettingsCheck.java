package org.exactlyonce.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import org.exactlyonce.gateway.UnknownSettings.Unknown;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Stops the start, before the database is opened, when something is set below
 * {@code gateway.} that is not a setting.
 */
@Configuration(proxyBeanMethods = false)
class SettingsCheck {

	@Bean
	static BeanFactoryPostProcessor unknownSettings(ConfigurableEnvironment environment) {
		return (beans) -> check(beans, environment);
	}

	private static void check(ConfigurableListableBeanFactory beans, ConfigurableEnvironment environment) {
		List<Unknown> unknown = new UnknownSettings(known(beans)).find(environment.getPropertySources());
		if (!unknown.isEmpty()) {
			throw new UnknownSettingException(unknown);
		}
		RenamedSettings.apply(environment);
	}

	/** Collects the settings of all beans that take some; none of them is made yet. */
	static KnownSettings known(ConfigurableListableBeanFactory beans) {
		List<Class<?>> types = new ArrayList<>();
		for (String name : beans.getBeanDefinitionNames()) {
			Class<?> type = beans.getType(name, false);
			if (type != null) {
				types.add(type);
			}
		}
		return new KnownSettings(types);
	}

	/** Names what is unknown. */
	static final class UnknownSettingException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		private final String action;

		UnknownSettingException(List<Unknown> unknown) {
			super(unknown.stream().map(Unknown::description).collect(Collectors.joining("\n")));
			this.action = unknown.stream().map(Unknown::action).collect(Collectors.joining("\n"));
		}

	}

	/**
	 * Reports a list with a gap, such as {@code ..._SECRETS_1} without
	 * {@code ..._SECRETS_0}, before Spring Boot does, which prints the values.
	 */
	@Order(Ordered.HIGHEST_PRECEDENCE)
	static class GapAnalyzer extends AbstractFailureAnalyzer<UnboundConfigurationPropertiesException> {

		@Override
		protected @Nullable FailureAnalysis analyze(Throwable root, UnboundConfigurationPropertiesException cause) {
			String names = cause.getUnboundProperties()
				.stream()
				.map((property) -> property.getName().toString())
				.collect(Collectors.joining(", "));
			return new FailureAnalysis(
					names + (cause.getUnboundProperties().size() > 1 ? " are" : " is")
							+ " set, and an element of the list before it is not.",
					"Number the elements of a list from 0, without a gap.", cause);
		}

	}

	/** Reports it in two sentences, without a stack trace. */
	static class Analyzer extends AbstractFailureAnalyzer<UnknownSettingException> {

		@Override
		protected @Nullable FailureAnalysis analyze(Throwable root, UnknownSettingException cause) {
			return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action, cause);
		}

	}

}
