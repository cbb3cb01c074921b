package org.exactlyonce.gateway.producer;

import java.util.List;
import java.util.function.Function;

import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.json.JsonDocument;
import org.exactlyonce.gateway.json.JsonDocuments;
import org.exactlyonce.gateway.json.NameField;
import org.exactlyonce.gateway.json.StrictJson;
import org.jspecify.annotations.Nullable;

/**
 * Reads the bodies that say who registers, which epoch is believed, or whose a producer
 * is.
 */
final class ProducerBodies {

	static final int MAX_NAME_LENGTH = 255;

	static final int MAX_OWNER_LENGTH = 256;

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
				(json) -> NameField.read(json, "name", MAX_NAME_LENGTH));
		return name.read(body, errors);
	}

	/**
	 * Reads whose a producer is to be, which cannot be left out.
	 * @param body the body, empty if there is none
	 * @param errors takes what is wrong with it
	 * @return the owner, or null for none
	 */
	static @Nullable String owner(byte[] body, FieldErrors errors) {
		OneField<String> owner = new OneField<>(OwnerBody.class, "{\"owner\": \"orders-service\"}",
				(json) -> NameField.read(json, "owner", MAX_OWNER_LENGTH));
		String read = owner.read(body, errors);
		if (!owner.sent) {
			errors.add("owner", "is missing: a principal, or null for none");
		}
		return read;
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

	/** A document of one field. One use, one thread. */
	private static final class OneField<T> implements JsonDocument {

		private final List<String> known;

		private final String example;

		private final Function<StrictJson, @Nullable T> reader;

		private @Nullable T value;

		private boolean sent;

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
				this.sent = true;
				this.value = this.reader.apply(json);
			}
			else {
				json.unknownField(name, this.known);
			}
		}

	}

}
