package org.exactlyonce.gateway.proof.model;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import tools.jackson.databind.json.JsonMapper;

/**
 * How an append is written. None of it changes what is meant, so that a retry may be
 * written otherwise than the first send.
 *
 * @param form the form
 * @param spaced with white space, members and headers in reverse, times in another zone
 * @param brief epoch 0 is left out
 * @param respelt keys are sent in base64, bytes that are text as text, JSON as another
 * media type
 */
record Writing(Form form, boolean spaced, boolean brief, boolean respelt) {

	private static final JsonMapper JSON = JsonMapper.shared();

	private static final String OCTET_STREAM = "application/octet-stream";

	private static final String TEXT = "text/plain;charset=UTF-8";

	private static final String JSON_TYPE = "application/vnd.model+json";

	enum Form {

		DOCUMENT, LINES, SINGLE

	}

	/** Sends an append, in the nearest form that can say it. */
	Answer send(GatewayClient client, Append append) {
		String path = append.path();
		List<String> headers = new ArrayList<>();
		if (isSingle(append)) {
			addIdentity(append, headers);
			return sendAlone(client, path, append.records().get(0), headers);
		}
		if (this.form == Form.LINES) {
			headers.addAll(List.of("Content-Type", "application/x-ndjson"));
			addIdentity(append, headers);
			String lines = append.records().stream().map(this::object).collect(Collectors.joining("\n"));
			return client.send("POST", path, utf8(lines), headers.toArray(String[]::new));
		}
		return client.post(path, document(append));
	}

	/** Sends one record whose value is the body. */
	Answer sendAlone(GatewayClient client, String path, Payload payload, List<String> headers) {
		List<String> all = new ArrayList<>(headers);
		String type = mediaType(true, payload);
		all.addAll(List.of("Content-Type", (type != null) ? type : "application/json"));
		if (payload.key() != null) {
			all.addAll(this.respelt ? List.of("Record-Key-Base64", base64(payload.key()))
					: List.of("Record-Key", payload.key()));
		}
		byte[] body = (payload.value().isJson() && this.spaced) ? utf8(payload.value().spaced())
				: payload.value().bytes();
		return client.send("POST", path, body, all.toArray(String[]::new));
	}

	/** The media type that the value is kept with; null for application/json. */
	String mediaType(Append append, Payload payload) {
		return mediaType(isSingle(append), payload);
	}

	/** The same, of one record that is sent alone, or of one of many. */
	String mediaType(boolean single, Payload payload) {
		Payload.Value value = payload.value();
		if (single) {
			return value.isJson() ? (this.respelt ? JSON_TYPE : null) : value.mediaType();
		}
		if (value.isJson() || value.isTombstone()) {
			return null;
		}
		return (this.respelt && value.isText()) ? TEXT : OCTET_STREAM;
	}

	/** What an error calls the epoch. */
	String epochField(Append append) {
		return (this.form == Form.LINES || isSingle(append)) ? "Producer-Epoch" : "producerEpoch";
	}

	private boolean isSingle(Append append) {
		return isSingle(append.records(), append.producerId() != null);
	}

	/**
	 * Whether records are sent as one body that is a value.
	 * @param records the records
	 * @param withProducer whether JSON is no document
	 */
	boolean isSingle(List<Payload> records, boolean withProducer) {
		Payload first = records.get(0);
		boolean plain = first.headers().isEmpty() && first.timestamp() == null
				&& (first.key() == null || first.key().matches("([!-~]([ -~]*[!-~])?)?"));
		boolean taken = withProducer || !first.value().isJson() || this.respelt;
		return this.form == Form.SINGLE && records.size() == 1 && plain && taken && !first.value().isTombstone();
	}

	private void addIdentity(Append append, List<String> headers) {
		if (append.producerId() == null) {
			return;
		}
		headers.addAll(List.of("Producer-Id", "" + append.producerId(), "Producer-Seq", "" + append.base()));
		if (!isLeftOut(append)) {
			headers.addAll(List.of("Producer-Epoch", "" + append.epoch()));
		}
	}

	private boolean isLeftOut(Append append) {
		return this.brief && append.epoch() == 0;
	}

	private String document(Append append) {
		List<String> members = new ArrayList<>();
		if (append.producerId() != null) {
			members.add("\"producerId\":" + append.producerId());
			members.add("\"baseSequence\":" + append.base());
			if (!isLeftOut(append)) {
				members.add("\"producerEpoch\":" + append.epoch());
			}
		}
		members.add("\"records\":"
				+ append.records().stream().map(this::object).collect(Collectors.joining(",", "[", "]")));
		return join(members);
	}

	private String object(Payload payload) {
		return object(payload, List.of());
	}

	/**
	 * A record in a document or a line.
	 * @param payload what it says
	 * @param more members that come with it
	 */
	String object(Payload payload, List<String> more) {
		List<String> members = new ArrayList<>(more);
		if (payload.key() != null) {
			members.add(this.respelt ? "\"keyBase64\":\"" + base64(payload.key()) + "\""
					: "\"key\":" + quoted(payload.key()));
		}
		members.add(value(payload.value()));
		if (!payload.headers().isEmpty() || !this.brief) {
			members.add("\"headers\":" + join(payload.headers()
				.entrySet()
				.stream()
				.map((header) -> quoted(header.getKey()) + ":" + quoted(header.getValue()))
				.toList()));
		}
		if (payload.timestamp() != null) {
			members.add("\"timestamp\":\"" + time(Instant.ofEpochMilli(payload.timestamp())) + "\"");
		}
		return join(members);
	}

	private String value(Payload.Value value) {
		if (value.isTombstone()) {
			return "\"tombstone\":true";
		}
		if (value.isJson()) {
			return "\"value\":" + (this.spaced ? value.spaced() : value.text());
		}
		return (this.respelt && value.isText()) ? "\"valueText\":" + quoted(value.text())
				: "\"valueBase64\":\"" + Base64.getEncoder().encodeToString(value.bytes()) + "\"";
	}

	private static String base64(String key) {
		return Base64.getEncoder().encodeToString(utf8(key));
	}

	private String join(List<String> members) {
		List<String> ordered = new ArrayList<>(members);
		if (this.spaced) {
			Collections.reverse(ordered);
		}
		return ordered.stream().collect(Collectors.joining(this.spaced ? " , " : ",", "{", "}"));
	}

	private String time(Instant time) {
		return this.spaced ? DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time.atOffset(ZoneOffset.ofHours(1)))
				: time.toString();
	}

	static String quoted(String text) {
		return JSON.writeValueAsString(text);
	}

	static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
