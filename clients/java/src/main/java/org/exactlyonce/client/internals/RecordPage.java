package org.exactlyonce.client.internals;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import org.exactlyonce.client.Header;
import org.exactlyonce.client.ReceivedRecord;
import org.exactlyonce.client.Value;

/**
 * A page of the log, as the gateway answers it.
 *
 * @param records the records
 * @param nextOffset where to go on
 * @param logEndOffset the offset that the partition's next record will get
 */
record RecordPage(List<ReceivedRecord> records, long nextOffset, long logEndOffset) {

	/**
	 * Reads a page.
	 * @param place the partition
	 * @param body what was answered
	 * @return the page; null if it is none, and so not the gateway's answer
	 */
	static RecordPage of(Place place, byte[] body) {
		Map<String, Object> page = members(body);
		if (!(page.get("records") instanceof List<?> list) || !(page.get("nextOffset") instanceof Long nextOffset)
				|| !(page.get("logEndOffset") instanceof Long logEndOffset)) {
			return null;
		}
		List<ReceivedRecord> records = new ArrayList<>();
		for (Object each : list) {
			records.add(received(place, JsonParser.object(each)));
		}
		return new RecordPage(records, nextOffset, logEndOffset);
	}

	private static Map<String, Object> members(byte[] body) {
		try {
			return JsonParser.object(JsonParser.parse(new String(body, StandardCharsets.UTF_8), "value"));
		}
		catch (IllegalArgumentException ex) {
			return Map.of();
		}
	}

	private static ReceivedRecord received(Place place, Map<String, Object> members) {
		return new ReceivedRecord(place.topic(), place.partition(), number(members, "offset"), key(members),
				value(members), (String) members.get("contentType"), headers(members.get("headers")),
				Instant.parse((String) members.get("timestamp")), Instant.parse((String) members.get("appendedAt")),
				number(members, "producerId"), number(members, "sequence"), (String) members.get("id"));
	}

	private static long number(Map<String, Object> members, String name) {
		return (members.get(name) instanceof Long number) ? number : -1;
	}

	private static byte[] key(Map<String, Object> members) {
		if (members.get("keyBase64") instanceof String base64) {
			return Base64.getDecoder().decode(base64);
		}
		return bytes(members.get("key"));
	}

	private static Value value(Map<String, Object> members) {
		if (Boolean.TRUE.equals(members.get("tombstone"))) {
			return Value.tombstone();
		}
		if (members.get("valueBase64") instanceof String base64) {
			return Value.bytes(Base64.getDecoder().decode(base64));
		}
		return (members.get("valueText") instanceof String text) ? Value.text(text)
				: Value.json((String) members.get("value"));
	}

	private static List<Header> headers(Object headers) {
		List<Header> read = new ArrayList<>();
		if (headers instanceof Map<?, ?> map) {
			map.forEach((name, value) -> read.add(new Header((String) name, bytes(value))));
		}
		else if (headers instanceof List<?> list) {
			list.forEach((each) -> {
				List<?> pair = (List<?>) each;
				read.add(new Header((String) pair.get(0), bytes(pair.get(1))));
			});
		}
		return read;
	}

	private static byte[] bytes(Object value) {
		if (value instanceof Map<?, ?> map) {
			return Base64.getDecoder().decode((String) map.get("base64"));
		}
		return (value != null) ? ((String) value).getBytes(StandardCharsets.UTF_8) : null;
	}

}
