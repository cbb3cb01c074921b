package org.exactlyonce.client;

import java.util.Objects;

/**
 * A header of a record. Names may repeat; their order is kept.
 *
 * @param name the name
 * @param value the value's bytes, not to be changed any more; may be null
 */
public record Header(String name, byte[] value) {

	/**
	 * Checks the name.
	 * @param name the name
	 * @param value the value's bytes; may be null
	 * @throws NullPointerException if the name is null
	 */
	public Header {
		Objects.requireNonNull(name, "name");
	}

}
