package org.exactlyonce.gateway.access;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

/**
 * Leaves Spring Security out of the modes that ask for no credential, so that nothing of
 * it is on the path of an append there.
 */
class SecurityInTokenMode implements AutoConfigurationImportFilter, EnvironmentAware {

	private static final String SECURITY = "org.springframework.boot.security.";

	private @Nullable Environment environment;

	@Override
	public void setEnvironment(Environment environment) {
		this.environment = environment;
	}

	@Override
	public boolean[] match(@Nullable String[] autoConfigurations, AutoConfigurationMetadata metadata) {
		boolean token = this.environment != null && ModeCheck.isToken(this.environment);
		boolean[] matches = new boolean[autoConfigurations.length];
		for (int i = 0; i < matches.length; i++) {
			String name = autoConfigurations[i];
			matches[i] = token || name == null || !name.startsWith(SECURITY);
		}
		return matches;
	}

}
