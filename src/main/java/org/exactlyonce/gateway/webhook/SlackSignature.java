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
	public @Nullable String complaint(Delivery delivery, Instant now) {
		String sent = delivery.header(HEADER);
		byte[] signature = (sent != null && sent.startsWith(VERSION)) ? Secrets.hex(sent.substring(VERSION.length()))
				: null;
		if (signature == null) {
			return Secrets.malformed(HEADER, sent, "v0=<hex>");
		}
		String time = delivery.header(TIME);
		SentTime sentTime = SentTime.parse(time);
		if (sentTime == null) {
			return Secrets.malformed(TIME, time, "seconds since 1970");
		}
		String complaint = this.secrets.complaint(HEADER, List.of(signature), Secrets.utf8("v0:" + time + ":"),
				delivery.body());
		return (complaint != null) ? complaint : sentTime.complaint(TIME, now);
	}

}
