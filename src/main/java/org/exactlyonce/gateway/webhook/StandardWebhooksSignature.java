package org.exactlyonce.gateway.webhook;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * That of Standard Webhooks: {@code v1,...} for each secret that is valid, with spaces
 * between them. Signed is {@code id.time.body}. Versions other than v1 are passed over.
 *
 * @param secrets the secrets
 */
record StandardWebhooksSignature(Secrets secrets) implements Signature {

	private static final String HEADER = "webhook-signature";

	private static final String ID = "webhook-id";

	private static final String TIME = "webhook-timestamp";

	private static final String VERSION = "v1,";

	private static final byte[] DOT = { '.' };

	@Override
	public @Nullable String complaint(Delivery delivery, Instant now) {
		String sent = delivery.header(HEADER);
		List<byte[]> signatures = signatures((sent != null) ? sent : "");
		if (signatures.isEmpty()) {
			return Secrets.malformed(HEADER, sent, "v1,<base64>");
		}
		byte[] id = delivery.headerBytes(ID);
		if (id == null) {
			return Secrets.malformed(ID, null, "the id of the event");
		}
		String time = delivery.header(TIME);
		SentTime sentTime = SentTime.parse(time);
		if (sentTime == null) {
			return Secrets.malformed(TIME, time, "seconds since 1970");
		}
		String complaint = this.secrets.complaint(HEADER, signatures, id, Secrets.utf8("." + time), DOT,
				delivery.body());
		return (complaint != null) ? complaint : sentTime.complaint(TIME, now);
	}

	private static List<byte[]> signatures(String sent) {
		List<byte[]> signatures = new ArrayList<>();
		for (String part : sent.split(" ")) {
			byte[] signature = part.startsWith(VERSION) ? Secrets.base64(part.substring(VERSION.length())) : null;
			if (signature != null) {
				signatures.add(signature);
			}
		}
		return signatures;
	}

}
