package org.exactlyonce.gateway.incoming;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import org.exactlyonce.gateway.json.JsonKind;
import org.exactlyonce.gateway.json.StrictJson;
import org.exactlyonce.gateway.record.RecordHeader;
import org.exactlyonce.gateway.record.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The headers of one record object: an object of texts, or a list of names and values in
 * which names may repeat and values may be null or bytes.
 */
final class HeaderFields {

	/** As many as an object may have members. */
	private static final int MAX_ENTRIES = 100_000;

	private final SortedMap<String, String> object = new TreeMap<>();

	private final List<RecordHeader> list = new ArrayList<>();

	private int entries;

	/** Reads the headers that the reader stands at. */
	void read(StrictJson json, String where) {
		if (json.kind() == JsonKind.ARRAY) {
			json.readArray(where, () -> readEntry(json, where));
		}
		else {
			json.readObject(where, (name) -> readMember(json, where, name));
		}
	}

	RecordHeaders toHeaders() {
		return this.list.isEmpty() ? RecordHeaders.of(this.object) : RecordHeaders.of(this.list);
	}

	private void readMember(StrictJson json, String where, String name) {
		json.checkText(where, name, false);
		String path = where + "." + name;
		if (json.isNull()) {
			json.error(path, "must be a string");
			return;
		}
		String text = json.readString(path, true);
		if (text != null) {
			this.object.put(name, text);
		}
	}

	private void readEntry(StrictJson json, String where) {
		int index = this.entries++;
		if (index == MAX_ENTRIES) {
			json.error(where, "has more than " + MAX_ENTRIES + " entries");
		}
		Entry entry = new Entry(json, where + "[" + index + "]");
		RecordHeader header = entry.read();
		if (header != null && index < MAX_ENTRIES) {
			this.list.add(header);
		}
	}

	/**
	 * One entry of a list while it is read.
	 */
	private static final class Entry {

		private static final List<String> KNOWN = List.of("base64");

		private static final String PAIR = "must be an array of a name and a value";

		private final StrictJson json;

		private final String path;

		private int parts;

		private @Nullable String name;

		private byte @Nullable [] value;

		private boolean base64;

		private boolean hasBytes;

		private boolean wrong;

		private Entry(StrictJson json, String path) {
			this.json = json;
			this.path = path;
		}

		/** Reads the entry; null if it is wrong. */
		private @Nullable RecordHeader read() {
			if (this.json.kind() != JsonKind.ARRAY) {
				this.json.refuse(this.path, PAIR);
				return null;
			}
			this.json.readArray(this.path, this::readPart);
			if (this.parts != 2) {
				this.json.error(this.path, PAIR);
				return null;
			}
			return (this.name != null && !this.wrong) ? new RecordHeader(this.name, this.value, this.base64) : null;
		}

		private void readPart() {
			String where = this.path + "[" + this.parts + "]";
			switch (this.parts++) {
				case 0 -> readName(where);
				case 1 -> readValue(where);
				default -> {
					this.parts = 3; // however many there are
					this.json.readValue(where);
				}
			}
		}

		private void readName(String where) {
			if (this.json.isNull()) {
				this.json.error(where, "must be a string");
			}
			this.name = this.json.readString(where, false);
		}

		private void readValue(String where) {
			switch (this.json.kind()) {
				case NULL -> this.value = null;
				case STRING -> {
					String text = this.json.readString(where, true);
					this.value = (text != null) ? text.getBytes(StandardCharsets.UTF_8) : null;
					this.wrong = text == null;
				}
				case OBJECT -> {
					this.base64 = true;
					this.json.readObject(where, (member) -> readBytes(where, member));
					this.wrong = this.value == null;
					if (!this.hasBytes) {
						this.json.error(where + ".base64", "is missing");
					}
				}
				default -> {
					this.wrong = true;
					this.json.refuse(where, "must be a string, or an object with base64");
				}
			}
		}

		private void readBytes(String where, String member) {
			String path = where + "." + member;
			if (!member.equals("base64")) {
				this.json.unknownField(path, KNOWN);
				return;
			}
			this.hasBytes = !this.json.isNull();
			this.value = this.json.readBase64(path);
		}

	}

}
