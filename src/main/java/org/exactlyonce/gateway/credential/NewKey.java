package org.exactlyonce.gateway.credential;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * Makes access keys, and recognises what looks like one.
 */
final class NewKey {

	/** By which scanners of secrets find a key. */
	private static final String PREFIX = "eog_";

	private static final int RANDOM_BYTES = 32;

	private static final int LENGTH = PREFIX.length() + (RANDOM_BYTES * 4 + 2) / 3;

	private static final SecureRandom RANDOM = new SecureRandom();

	private NewKey() {
	}

	static String random() {
		byte[] bytes = new byte[RANDOM_BYTES];
		RANDOM.nextBytes(bytes);
		return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
	}

	static boolean looksLike(String token) {
		return token.length() == LENGTH && token.startsWith(PREFIX);
	}

}
