package org.exactlyonce.gateway.access;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whom the gateway serves.
 *
 * @param mode the mode
 * @param adminKey the first administrator's credential in the mode token, at least 32
 * characters; a secret
 */
@ConfigurationProperties("gateway.security")
public record AccessProperties(@DefaultValue("local") AccessMode mode, @Nullable String adminKey) {

	/** Leaves the secret out. */
	@Override
	public String toString() {
		return "AccessProperties[mode=" + this.mode + "]";
	}

}
