package org.exactlyonce.gateway.webhook;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Stripe's: {@code t=1533204620,v1=...}, with a {@code v1} for each secret that is valid.
 * Signed is {@code t.body}. What else is in the header is passed over.
 *
 * @param secrets the secrets
 */
record StripeSignature(Secrets secrets) implements Signature {

	private static final String HEADER = "Stripe-Signature";

	@Override
	public @Nullable String complaint(Delivery delivery, Instant now) {
		String sent = delivery.header(HEADER);
		String time = null;
		List<byte[]> signatures = new ArrayList<>();
		for (String part : ((sent != null) ? sent : "").split(",")) {
			String trimmed = part.strip();
			byte[] signature = trimmed.startsWith("v1=") ? Secrets.hex(trimmed.substring(3)) : null;
			if (signature != null) {
				signatures.add(signature);
			}
			else if (trimmed.startsWith("t=")) {
				time = trimmed.substring(2);
			}
		}
		SentTime sentTime = SentTime.parse(time);
		if (time == null || sentTime == null || signatures.isEmpty()) {
			return Secrets.malformed(HEADER, sent, "t=<seconds>,v1=<hex>");
		}
		String complaint = this.secrets.complaint(HEADER, signatures, Secrets.utf8(time + "."), delivery.body());
		return (complaint != null) ? complaint : sentTime.complaint(HEADER, now);
	}

}
