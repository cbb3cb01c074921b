package org.exactlyonce.gateway.access;

import java.util.Locale;

/**
 * Whom the gateway serves.
 */
public enum AccessMode {

	/** Programs of this machine. */
	LOCAL("local: this machine alone"),

	/** Who has a credential. */
	TOKEN("token: who has a credential"),

	/** Whoever reaches the port. */
	OPEN("open: whoever reaches the port");

	private final String description;

	AccessMode(String description) {
		this.description = description;
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
