package org.exactlyonce.gateway.proof.hostile;

import java.nio.charset.StandardCharsets;

/**
 * A request that must be refused or change nothing, as the bytes that are sent.
 *
 * @param category what is wrong with it
 * @param bytes head and body
 * @param delivery how they are sent
 * @param complete whether it ends where it says, so that it must be answered
 * @param writes whether any 2xx means that something was stored
 */
record HostileRequest(String category, byte[] bytes, Delivery delivery, boolean complete, boolean writes) {

	/** How a request is sent. */
	enum Delivery {

		/** At once, and the answer is read. */
		WHOLE,

		/** In pieces, with pauses. */
		DRIPPED,

		/** At once, then the client ends its side of the connection. */
		HALF_CLOSED,

		/** At once, then the connection is reset. */
		ABANDONED

	}

	/** The beginning, printable, to be shown in a failure. */
	String shown() {
		String text = new String(this.bytes, 0, Math.min(this.bytes.length, 400), StandardCharsets.ISO_8859_1);
		return this.category + " " + this.delivery + " " + this.bytes.length + " bytes: "
				+ text.replaceAll("[^ -~]", "·");
	}

}
