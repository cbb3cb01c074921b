package org.exactlyonce.gateway.producer;

import java.util.List;
import java.util.function.Function;

import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.json.JsonDocuments;
import org.exactlyonce.gateway.json.StrictJson;
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
		OneField<String> name = new OneField<>(RegistrationBody.class, "{\"name\": \"orders-api\"}",
				ProducerBodies::name);
		return name.read(body, errors);
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
		OneField<Long> epoch = new OneField<>(EpochBody.class, "{\"producerEpoch\": 0}",
				(json) -> json.readNumber("producerEpoch"));
		return epoch.read(body, errors);
	}

	/** A document of one field that may be left out. One use, one thread. */
	private static final class OneField<T> implements StrictJson.Document {

		private final List<String> known;

		private final String example;

		private final Function<StrictJson, @Nullable T> reader;

		private @Nullable T value;

		private OneField(Class<? extends Record> described, String example, Function<StrictJson, @Nullable T> reader) {
			this.known = JsonDocuments.fieldsOf(described);
			this.example = example;
			this.reader = reader;
		}

		private @Nullable T read(byte[] body, FieldErrors errors) {
			if (body.length > 0) {
				JsonDocuments.read(body, errors, this);
			}
			return this.value;
		}

		@Override
		public String example() {
			return this.example;
		}

		@Override
		public void member(StrictJson json, String name) {
			if (this.known.contains(name)) {
				this.value = this.reader.apply(json);
			}
			else {
				json.unknownField(name, this.known);
			}
		}

	}

}
