package org.exactlyonce.gateway.webhook;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

/**
 * The secrets of one source, any of which may sign, so that a sender gets a new one
 * without a gap. Thread-safe.
 */
final class Secrets {

	private static final String ALGORITHM = "HmacSHA256";

	private final String source;

	private final List<SecretKeySpec> keys;

	/**
	 * Takes the secrets.
	 * @param source the source's name, for complaints
	 * @param keys the secrets' bytes, none of them empty
	 */
	Secrets(String source, List<byte[]> keys) {
		this.source = source;
		this.keys = keys.stream().map((key) -> new SecretKeySpec(key, ALGORITHM)).toList();
	}

	/**
	 * Checks signatures, in constant time for each that is as long as it should be.
	 * @param header where they came, for the complaint
	 * @param sent the signatures; one that fits is enough
	 * @param signed what is signed, in pieces
	 * @return what is wrong, or null
	 */
	@Nullable String complaint(String header, List<byte[]> sent, byte[]... signed) {
		boolean fits = false;
		for (SecretKeySpec key : this.keys) {
			byte[] expected = hmac(key, signed);
			for (byte[] signature : sent) {
				fits |= MessageDigest.isEqual(expected, signature);
			}
		}
		return fits ? null : "No secret of the source " + this.source + " fits the signature in " + header
				+ ": the sender has another one, or the body was changed on the way.";
	}

	private static byte[] hmac(SecretKeySpec key, byte[]... signed) {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(key);
			for (byte[] piece : signed) {
				mac.update(piece);
			}
			return mac.doFinal();
		}
		catch (NoSuchAlgorithmException | InvalidKeyException ex) {
			throw new IllegalStateException("Every Java platform has " + ALGORITHM, ex);
		}
	}

	static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/** The bytes of a text in base64, or null if it is none. */
	static byte @Nullable [] base64(String text) {
		try {
			return Base64.getDecoder().decode(text);
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	/** The bytes of hexadecimal digits in either case, or null if the text is no such. */
	static byte @Nullable [] hex(String text) {
		try {
			return HexFormat.of().parseHex(text);
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	/** A header that is not there, or not as the scheme has it. */
	static String malformed(String header, @Nullable String value, String form) {
		return header + ((value == null) ? " is missing" : " is malformed") + ", must be " + form + ".";
	}

}
