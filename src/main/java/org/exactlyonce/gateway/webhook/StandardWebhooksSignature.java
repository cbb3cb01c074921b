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

	@Override
	public @Nullable String complaintOfHead(Delivery head, Instant now) {
		if (signatures(head).isEmpty()) {
			return Secrets.malformed(HEADER, head.header(HEADER), "v1,<base64>");
		}
		if (head.headerBytes(ID) == null) {
			return Secrets.malformed(ID, null, "the id of the event");
		}
		return SentTime.complaint(TIME, head.header(TIME), now);
	}

	@Override
	public @Nullable String complaint(Delivery delivery, Instant now) {
		String complaint = complaintOfHead(delivery, now);
		byte[] id = delivery.headerBytes(ID);
		return (complaint != null) ? complaint : this.secrets.complaint(HEADER, signatures(delivery),
				(id != null) ? id : new byte[0], Secrets.utf8("." + delivery.header(TIME) + "."), delivery.body());
	}

	private static List<byte[]> signatures(Delivery delivery) {
		String sent = delivery.header(HEADER);
		List<byte[]> signatures = new ArrayList<>();
		for (String part : ((sent != null) ? sent : "").split(" ")) {
			byte[] signature = part.startsWith(VERSION) ? Secrets.base64(part.substring(VERSION.length())) : null;
			if (signature != null) {
				signatures.add(signature);
			}
		}
		return signatures;
	}

}
