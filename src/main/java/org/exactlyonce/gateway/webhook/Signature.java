package org.exactlyonce.gateway.webhook;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Tells whether a delivery comes from its sender, by the bytes as they arrived.
 * Thread-safe.
 */
interface Signature {

	/**
	 * Checks what can be checked before the body is read, so that a stranger is not read.
	 * @param head the delivery, its body not there yet
	 * @param now the time of day
	 * @return what is wrong, for the sender; null if the body decides
	 */
	default @Nullable String complaintOfHead(Delivery head, Instant now) {
		return null;
	}

	/**
	 * Checks a delivery, its head too.
	 * @param delivery the delivery
	 * @param now the time of day
	 * @return what is wrong, for the sender: never what would be right; null if it is
	 * signed
	 */
	@Nullable String complaint(Delivery delivery, Instant now);

}
