package org.exactlyonce.gateway.json;

import org.jspecify.annotations.Nullable;

/**
 * Reads the name of something, which has a character at least that is no blank.
 */
public final class NameField {

	private NameField() {
	}

	/**
	 * Reads a name.
	 * @param json the reader, standing at the value
	 * @param where the field's path
	 * @param maxLength how many characters (code points) it may have
	 * @return the name, or null for null and for what is no string; what else is wrong
	 * with it is noted
	 */
	public static @Nullable String read(StrictJson json, String where, int maxLength) {
		String name = json.readString(where, false);
		if (name == null) {
			return null;
		}
		int length = name.codePointCount(0, name.length());
		if (length > maxLength) {
			json.error(where, "has " + length + " characters, may have " + maxLength);
		}
		else if (name.codePoints().allMatch(NameField::isBlank)) {
			json.error(where, "must not be blank");
		}
		return name;
	}

	/** A space that a line may not be broken at is one, too. */
	private static boolean isBlank(int character) {
		return Character.isWhitespace(character) || Character.isSpaceChar(character);
	}

}
