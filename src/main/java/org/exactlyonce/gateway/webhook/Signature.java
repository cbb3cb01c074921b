package org.exactlyonce.gateway.webhook;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Tells whether a delivery comes from its sender, by the bytes as they arrived.
 * Thread-safe.
 */
interface Signature {

	/**
	 * Checks a delivery.
	 * @param delivery the delivery
	 * @param now the time of day
	 * @return what is wrong, for the sender: never what would be right; null if it is
	 * signed
	 */
	@Nullable String complaint(Delivery delivery, Instant now);

}
