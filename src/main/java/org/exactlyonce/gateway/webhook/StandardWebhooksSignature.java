package org.exactlyonce.gateway.webhook;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * That of Standard Webhooks: {@code v1,...} for each secret that is valid, with spaces
 * between them. Signed is {@code id.time.body}. Versions other than v1 are passed over.
 * Svix, which it comes from, has names of its own for the three headers.
 *
 * @param secrets the secrets
 */
record StandardWebhooksSignature(Secrets secrets) implements Signature {

	private static final String HEADER = "webhook-signature";

	private static final String ID = "webhook-id";

	private static final String TIME = "webhook-timestamp";

	private static final String VERSION = "v1,";

	private static final String PREFIX = "webhook-";

	private static final String SVIX = "svix-";

	/**
	 * Which names a sender has. All three are of one kind: what is checked is what the
	 * record is made of, whatever else a stranger adds to a recorded delivery.
	 * @param headers finds a header
	 * @return tells under which name a header came
	 */
	static UnaryOperator<String> names(Function<String, @Nullable String> headers) {
		boolean svix = isMissing(headers.apply(HEADER)) && !isMissing(headers.apply(SVIX + "signature"));
		return svix ? StandardWebhooksSignature::ofSvix : UnaryOperator.identity();
	}

	private static boolean isMissing(@Nullable String value) {
		return value == null || value.isEmpty();
	}

	private static String ofSvix(String name) {
		boolean own = List.of(HEADER, ID, TIME).contains(name.toLowerCase(Locale.ROOT));
		return own ? SVIX + name.substring(PREFIX.length()) : name;
	}

	@Override
	public @Nullable String complaintOfHead(Delivery head, Instant now) {
		if (signatures(head).isEmpty()) {
			return Secrets.malformed(head.sentName(HEADER), head.header(HEADER), "v1,<base64>");
		}
		if (head.headerBytes(ID) == null) {
			return Secrets.malformed(head.sentName(ID), null, "the id of the event");
		}
		return SentTime.complaint(head.sentName(TIME), head.header(TIME), now);
	}

	@Override
	public @Nullable String complaint(Delivery delivery, Instant now) {
		String complaint = complaintOfHead(delivery, now);
		byte[] id = delivery.headerBytes(ID);
		return (complaint != null) ? complaint : this.secrets.complaint(delivery.sentName(HEADER), signatures(delivery),
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
