package org.exactlyonce.gateway.incoming;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;

import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.json.StrictJson;
import org.exactlyonce.gateway.record.RecordValue;
import org.jspecify.annotations.Nullable;

/**
 * The value of one record object, which comes in one of four members.
 */
final class ValueFields {

	private static final String OCTET_STREAM = "application/octet-stream";

	private static final String TEXT = "text/plain;charset=UTF-8";

	private final Set<Member> given = EnumSet.noneOf(Member.class);

	private @Nullable RecordValue value;

	/** Reads the member that the reader stands at; null means left out, but in value. */
	void read(StrictJson json, String where, Member member) {
		if (member == Member.VALUE || !json.isNull()) {
			this.given.add(member);
		}
		RecordValue read = switch (member) {
			case VALUE -> RecordValue.json(json.readValue(where), null);
			case TEXT -> text(json.readString(where, true));
			case BYTES -> bytes(json.readBase64(where));
			case TOMBSTONE -> tombstone(json, where);
		};
		if (read != null) {
			this.value = read;
		}
	}

	private static @Nullable RecordValue text(@Nullable String text) {
		return (text != null) ? RecordValue.bytes(text.getBytes(StandardCharsets.UTF_8), TEXT) : null;
	}

	private static @Nullable RecordValue bytes(byte @Nullable [] bytes) {
		return (bytes != null) ? RecordValue.bytes(bytes, OCTET_STREAM) : null;
	}

	private @Nullable RecordValue tombstone(StrictJson json, String where) {
		switch (json.kind()) {
			case TRUE -> {
				return RecordValue.TOMBSTONE;
			}
			case FALSE -> this.given.remove(Member.TOMBSTONE);
			case NULL -> {
			}
			default -> json.refuse(where, "must be true or false");
		}
		return null;
	}

	/** Checks that there was one of the members. */
	void end(String path, FieldErrors errors) {
		if (this.given.isEmpty()) {
			errors.add(path + ".value", "is missing");
			return;
		}
		Member first = this.given.iterator().next();
		this.given.stream()
			.skip(1)
			.forEach((member) -> errors.add(path + "." + member,
					"comes together with " + first + ", must be one of them"));
	}

	/** The value; null if there is none. */
	@Nullable RecordValue toValue() {
		return this.value;
	}

	/**
	 * The members, in the order in which errors speak of them.
	 */
	enum Member {

		VALUE("value"), TEXT("valueText"), BYTES("valueBase64"), TOMBSTONE("tombstone");

		private final String name;

		Member(String name) {
			this.name = name;
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

}
