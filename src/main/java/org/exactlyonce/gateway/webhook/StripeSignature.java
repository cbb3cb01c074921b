package org.exactlyonce.gateway.webhook;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
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
	public @Nullable String complaintOfHead(Delivery head, Instant now) {
		SentTime time = SentTime.parse(time(head));
		if (time == null || signatures(head).isEmpty()) {
			return Secrets.malformed(HEADER, head.header(HEADER), "t=<seconds>,v1=<hex>");
		}
		return time.complaint(HEADER, now);
	}

	@Override
	public @Nullable String complaint(Delivery delivery, Instant now) {
		String complaint = complaintOfHead(delivery, now);
		return (complaint != null) ? complaint : this.secrets.complaint(HEADER, signatures(delivery),
				Secrets.utf8(time(delivery) + "."), delivery.body());
	}

	/** The last one, if there are several. */
	private static @Nullable String time(Delivery delivery) {
		String time = null;
		for (String part : parts(delivery)) {
			time = part.startsWith("t=") ? part.substring(2) : time;
		}
		return time;
	}

	private static List<byte[]> signatures(Delivery delivery) {
		List<byte[]> signatures = new ArrayList<>();
		for (String part : parts(delivery)) {
			byte[] signature = part.startsWith("v1=") ? Secrets.hex(part.substring(3)) : null;
			if (signature != null) {
				signatures.add(signature);
			}
		}
		return signatures;
	}

	private static List<String> parts(Delivery delivery) {
		String sent = delivery.header(HEADER);
		return Arrays.stream(((sent != null) ? sent : "").split(",")).map(String::strip).toList();
	}

}
