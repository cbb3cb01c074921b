package org.exactlyonce.gateway.proof.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import org.exactlyonce.gateway.proof.model.Writing.Form;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;

/**
 * How an append with ids is written, which changes as little as it does of others.
 *
 * @param writing how its records are
 */
record IdWriting(Writing writing) {

	Answer send(GatewayClient client, IdAppend append) {
		List<String> headers = new ArrayList<>();
		if (append.key() != null) {
			headers.addAll(List.of("Idempotency-Key", key(append.key())));
		}
		if (isSingle(append)) {
			return this.writing.sendAlone(client, append.path(), append.records().get(0).payload(), headers);
		}
		boolean lines = this.writing.form() == Form.LINES;
		headers.addAll(List.of("Content-Type", lines ? "application/x-ndjson" : "application/json"));
		String records = append.records().stream().map(this::object).collect(Collectors.joining(lines ? "\n" : ","));
		return client.send("POST", append.path(), Writing.utf8(lines ? records : "{\"records\":[" + records + "]}"),
				headers.toArray(String[]::new));
	}

	/** The media type that the value is kept with; null for application/json. */
	String mediaType(IdAppend append, Payload payload) {
		return this.writing.mediaType(isSingle(append), payload);
	}

	/** On a topic's path the record names its partition, which it cannot do alone. */
	private boolean isSingle(IdAppend append) {
		return append.key() != null && append.partition() != null && this.writing.isSingle(append.payloads(), false);
	}

	/** The quotes may be missing, if they are not needed. */
	private String key(String key) {
		return (this.writing.brief() && key.matches("[a-z0-9-]+")) ? key
				: '"' + key.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
	}

	private String object(IdRecord record) {
		List<String> members = new ArrayList<>();
		if (record.id() != null) {
			members.add("\"id\":" + Writing.quoted(record.id()));
		}
		if (record.partition() != null) {
			members.add("\"partition\":" + record.partition());
		}
		return this.writing.object(record.payload(), members);
	}

}
