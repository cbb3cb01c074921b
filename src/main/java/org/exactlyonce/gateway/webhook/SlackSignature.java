package org.exactlyonce.gateway.webhook;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Slack's: {@code v0=...} in one header, the time in another. Signed is
 * {@code v0:time:body}.
 *
 * @param secrets the secrets
 */
record SlackSignature(Secrets secrets) implements Signature {

	private static final String HEADER = "X-Slack-Signature";

	private static final String TIME = "X-Slack-Request-Timestamp";

	private static final String VERSION = "v0=";

	@Override
	public @Nullable String complaintOfHead(Delivery head, Instant now) {
		if (signatures(head).isEmpty()) {
			return Secrets.malformed(HEADER, head.header(HEADER), "v0=<hex>");
		}
		return SentTime.complaint(TIME, head.header(TIME), now);
	}

	@Override
	public @Nullable String complaint(Delivery delivery, Instant now) {
		String complaint = complaintOfHead(delivery, now);
		return (complaint != null) ? complaint : this.secrets.complaint(HEADER, signatures(delivery),
				Secrets.utf8("v0:" + delivery.header(TIME) + ":"), delivery.body());
	}

	private static List<byte[]> signatures(Delivery delivery) {
		String sent = delivery.header(HEADER);
		byte[] signature = (sent != null && sent.startsWith(VERSION)) ? Secrets.hex(sent.substring(VERSION.length()))
				: null;
		return (signature != null) ? List.of(signature) : List.of();
	}

}
