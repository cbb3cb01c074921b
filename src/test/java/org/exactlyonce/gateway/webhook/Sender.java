package org.exactlyonce.gateway.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs as senders of webhooks do. */
public final class Sender {

	private Sender() {
	}

	public static byte[] hmac(byte[] secret, String signed) {
		try {
			Mac mac = Mac.getInstance("HmacSHA256");
			mac.init(new SecretKeySpec(secret, "HmacSHA256"));
			return mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public static String hex(String secret, String signed) {
		return HexFormat.of().formatHex(hmac(secret.getBytes(StandardCharsets.UTF_8), signed));
	}

	public static String base64(String secret, String signed) {
		return Base64.getEncoder().encodeToString(hmac(secret.getBytes(StandardCharsets.UTF_8), signed));
	}

	/** The value of Stripe-Signature. */
	public static String stripe(String secret, long time, String body) {
		return "t=" + time + ",v1=" + hex(secret, time + "." + body);
	}

	/** The value of X-Slack-Signature. */
	public static String slack(String secret, long time, String body) {
		return "v0=" + hex(secret, "v0:" + time + ":" + body);
	}

	/** The value of webhook-signature. */
	public static String standard(String secret, String id, long time, String body) {
		byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
		return "v1," + Base64.getEncoder().encodeToString(hmac(key, id + "." + time + "." + body));
	}

}
