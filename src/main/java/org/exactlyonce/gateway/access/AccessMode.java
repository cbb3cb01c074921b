package org.exactlyonce.gateway.access;

import java.util.Locale;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.core.env.Environment;

/**
 * The callers that the gateway serves.
 */
public enum AccessMode {

	/** Programs of this machine. */
	LOCAL("local: this machine alone"),

	/** Callers with a credential. */
	TOKEN("token: callers with a credential"),

	/** All that reach the port. */
	OPEN("open: all that reach the port");

	/** Where Spring Boot's settings of JWTs are, which this gateway takes as they are. */
	public static final String JWT_SETTINGS = "spring.security.oauth2.resourceserver.jwt";

	private final String description;

	AccessMode(String description) {
		this.description = description;
	}

	/**
	 * Reads the mode from the settings, for what decides before there are beans.
	 * @param environment the settings
	 * @return the mode
	 */
	public static AccessMode of(Environment environment) {
		return Binder.get(environment).bind("gateway.security.mode", AccessMode.class).orElse(LOCAL);
	}

	/**
	 * Whether anything is set for JWTs.
	 * @param environment the settings
	 * @return false if no JWT can be a credential
	 */
	public static boolean takesJwts(Environment environment) {
		return Binder.get(environment).bind(JWT_SETTINGS, OAuth2ResourceServerProperties.Jwt.class).isBound();
	}

	/**
	 * Names the mode, as its setting does.
	 * @return a word
	 */
	public String word() {
		return name().toLowerCase(Locale.ROOT);
	}

	/**
	 * Names the mode and whom it serves.
	 * @return a few words
	 */
	public String describe() {
		return this.description;
	}

}
