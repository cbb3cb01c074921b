package org.exactlyonce.gateway.access;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of access.
 *
 * @param mode the mode
 * @param adminKey the first administrator's credential in the mode token, at least 32
 * characters; a secret
 * @param certificates the rights of client certificates in the mode token, by common
 * name; words as {@link Rights#ofWords} reads them
 */
@ConfigurationProperties("gateway.security")
public record AccessProperties(@DefaultValue("local") AccessMode mode, @Nullable String adminKey,
		@DefaultValue Map<String, List<String>> certificates) {

	/**
	 * Refuses what is no right.
	 * @param mode the mode
	 * @param adminKey the first administrator's credential
	 * @param certificates the rights of client certificates
	 * @throws IllegalArgumentException if a word is no right
	 */
	public AccessProperties {
		certificates.values().forEach(Rights::ofWords);
	}

	/** Leaves the secret out. */
	@Override
	public String toString() {
		return "AccessProperties[mode=" + this.mode + "]";
	}

}
