package org.exactlyonce.gateway.credential;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

import org.exactlyonce.gateway.access.Right;
import org.exactlyonce.gateway.access.Rights.Grant;
import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.json.JsonDocument;
import org.exactlyonce.gateway.json.JsonDocuments;
import org.exactlyonce.gateway.json.NameField;
import org.exactlyonce.gateway.json.StrictJson;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body that asks for a key. One use, one thread.
 */
final class KeyRequest implements JsonDocument {

	private static final List<String> FIELDS = JsonDocuments.fieldsOf(KeyBody.class);

	private static final List<String> GRANT_FIELDS = JsonDocuments.fieldsOf(GrantView.class);

	private static final int MAX_NAME_LENGTH = 255;

	private static final int MAX_GRANTS = 100;

	/** Every replica has those of all keys in memory. */
	private static final int MAX_RIGHTS_LENGTH = 8192;

	private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

	private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");

	private static final List<String> WORDS = Arrays.stream(Right.values()).map(Right::word).toList();

	/** As Kafka has them, with a star at the end. */
	private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}|[A-Za-z0-9._-]{0,249}\\*");

	private @Nullable String name;

	private @Nullable Instant expiresAt;

	private final List<Grant> rights = new ArrayList<>();

	/**
	 * Reads a body.
	 * @param body the body
	 * @param errors takes what is wrong with it
	 * @return this
	 */
	static KeyRequest read(byte[] body, FieldErrors errors) {
		KeyRequest request = new KeyRequest();
		JsonDocuments.read(body, errors, request);
		if (request.name == null) {
			errors.add("name", "is required");
		}
		if (request.rights.isEmpty()) {
			errors.add("rights", "is required, with one entry at least");
		}
		int length = RightsText.of(request.rights).length();
		if (length > MAX_RIGHTS_LENGTH) {
			errors.add("rights", "have " + length + " characters, may have " + MAX_RIGHTS_LENGTH
					+ ": bind them to the beginnings of names");
		}
		return request;
	}

	String name() {
		return String.valueOf(this.name);
	}

	@Nullable Instant expiresAt() {
		return this.expiresAt;
	}

	List<Grant> rights() {
		return this.rights;
	}

	@Override
	public String example() {
		return "{\"name\": \"orders-service\", \"rights\": [{\"may\": [\"produce\"], \"topics\": [\"orders-*\"]}]}";
	}

	@Override
	public void member(StrictJson json, String member) {
		switch (member) {
			case "name" -> this.name = name(json);
			case "rights" -> json.readArray("rights", () -> grant(json, "rights[" + this.rights.size() + "]"));
			case "expiresAt" -> this.expiresAt = time(json);
			default -> json.unknownField(member, FIELDS);
		}
	}

	/** It stands in lines of the log, which nothing in it may break or turn around. */
	private static @Nullable String name(StrictJson json) {
		String name = NameField.read(json, "name", MAX_NAME_LENGTH);
		if (name != null && UNPRINTABLE.matcher(name).find()) {
			json.error("name", "must not have control or format characters, or line separators");
		}
		return name;
	}

	private static @Nullable Instant time(StrictJson json) {
		String text = json.readString("expiresAt", false);
		if (text == null) {
			return null;
		}
		try {
			Instant time = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS);
			if (!time.isBefore(Instant.EPOCH) && time.isBefore(END)) {
				return time;
			}
		}
		catch (DateTimeException ex) {
			// said below
		}
		json.error("expiresAt", "must be a time such as 2027-01-31T12:00:00Z, of the years 1970 to 9999");
		return null;
	}

	private void grant(StrictJson json, String where) {
		if (this.rights.size() == MAX_GRANTS) {
			json.refuse("rights", "has more than " + MAX_GRANTS + " entries");
			return;
		}
		List<Right> may = new ArrayList<>();
		List<String> topics = new ArrayList<>();
		boolean read = json.readObject(where, (member) -> {
			String path = where + "." + member;
			switch (member) {
				case "may" -> json.readArray(path, () -> right(json, path + "[" + may.size() + "]", may));
				case "topics" -> topics(json, path, topics);
				default -> json.unknownField(path, GRANT_FIELDS);
			}
		});
		if (!read) {
			json.error(where, "must be an object");
		}
		else if (may.isEmpty()) {
			json.error(where + ".may", "must have one of " + String.join(", ", WORDS) + " at least");
		}
		else if (!topics.isEmpty() && may.stream().noneMatch(Right::isOfTopics)) {
			json.error(where + ".topics", "bind produce and read only");
		}
		else if (!topics.isEmpty() && !topics.contains("*") && may.contains(Right.ADMIN)) {
			json.error(where + ".topics", "bind nothing beside admin, which has all rights on all topics");
		}
		this.rights.add(new Grant(List.copyOf(may), topics.isEmpty() ? List.of("*") : List.copyOf(topics)));
	}

	private static void right(StrictJson json, String where, List<Right> may) {
		String word = json.readString(where, false);
		if (word != null && WORDS.contains(word)) {
			may.add(Right.of(word));
		}
		else {
			json.error(where, "must be one of " + String.join(", ", WORDS));
			may.add(Right.READ); // so that the next has its number
		}
	}

	/** None are no topics, not all of them. */
	private static void topics(StrictJson json, String where, List<String> topics) {
		json.readArray(where, () -> topic(json, where + "[" + topics.size() + "]", topics));
		if (topics.isEmpty()) {
			json.error(where, "must have one entry at least; left out, it is all topics");
		}
	}

	private static void topic(StrictJson json, String where, List<String> topics) {
		String name = json.readString(where, false);
		if (topics.size() == MAX_GRANTS) {
			json.error(where, "is one of more than " + MAX_GRANTS);
			return;
		}
		if (name == null || !TOPIC.matcher(name).matches()) {
			json.error(where,
					"must be the name of a topic, letters, digits, \".\", \"_\" and \"-\", or its beginning with * behind it");
		}
		topics.add(String.valueOf(name));
	}

}
