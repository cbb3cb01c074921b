package org.exactlyonce.gateway.credential;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The SHA-256 of a key. A key is 256 random bits, so its digest says nothing of it, and
 * needs neither salt nor slowness.
 *
 * @param hex 64 hexadecimal digits
 */
public record KeyDigest(String hex) {

	/**
	 * Digests a credential.
	 * @param key the credential
	 * @return its digest
	 */
	public static KeyDigest ofKey(String key) {
		try {
			return ofBytes(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every JDK has SHA-256", ex);
		}
	}

	static KeyDigest ofBytes(byte[] digest) {
		return new KeyDigest(HexFormat.of().formatHex(digest));
	}

	byte[] bytes() {
		return HexFormat.of().parseHex(this.hex);
	}

}
