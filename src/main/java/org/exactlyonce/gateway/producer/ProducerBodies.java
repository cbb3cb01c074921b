package org.exactlyonce.gateway.producer;

import org.exactlyonce.gateway.request.FieldErrors;
import org.exactlyonce.gateway.request.JsonDocuments;
import org.exactlyonce.gateway.request.StrictJson;
import org.jspecify.annotations.Nullable;

/**
 * Reads the bodies that say who registers, or which epoch is believed. Each may be left
 * out.
 */
final class ProducerBodies {

	static final int MAX_NAME_LENGTH = 255;

	private ProducerBodies() {
	}

	/**
	 * Reads a registration.
	 * @param body the body, empty if there is none
	 * @param errors takes what is wrong with it
	 * @return the name, or null if there is none
	 */
	static @Nullable String name(byte[] body, FieldErrors errors) {
		String[] name = new String[1];
		if (body.length > 0) {
			JsonDocuments.read(body, errors, (json, field) -> {
				if (field.equals("name")) {
					name[0] = name(json);
				}
				else {
					json.unknownField(field);
				}
			});
		}
		return name[0];
	}

	private static @Nullable String name(StrictJson json) {
		String name = json.readString("name", false);
		if (name == null) {
			return null;
		}
		int length = name.codePointCount(0, name.length());
		if (length > MAX_NAME_LENGTH) {
			json.error("name", "has " + length + " characters, may have " + MAX_NAME_LENGTH);
		}
		else if (name.isBlank()) {
			json.error("name", "must not be blank");
		}
		return name;
	}

	/**
	 * Reads which epoch is to be raised.
	 * @param body the body, empty if there is none
	 * @param errors takes what is wrong with it
	 * @return the epoch, or null for whatever it is
	 */
	static @Nullable Long epoch(byte[] body, FieldErrors errors) {
		Long[] epoch = new Long[1];
		if (body.length > 0) {
			JsonDocuments.read(body, errors, (json, field) -> {
				if (field.equals("producerEpoch")) {
					epoch[0] = json.readNumber(field);
				}
				else {
					json.unknownField(field);
				}
			});
		}
		return epoch[0];
	}

}
