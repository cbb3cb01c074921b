package org.exactlyonce.gateway.read;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

import org.exactlyonce.gateway.log.LogReader;
import org.exactlyonce.gateway.log.LogReader.StoredRecord;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes records as server-sent events, whose ids are their offsets.
 */
final class EventWriter {

	private static final byte[] ID = "id: ".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] DATA = "\ndata: ".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);

	private final JsonMapper json;

	EventWriter(JsonMapper json) {
		this.json = json;
	}

	/** The records of a page as events. */
	byte[] write(String topic, LogReader.Page page) {
		ByteArrayOutputStream events = new ByteArrayOutputStream(4 * 1024);
		for (StoredRecord record : page.records()) {
			events.writeBytes(ID);
			events.writeBytes(Long.toString(record.offset()).getBytes(StandardCharsets.US_ASCII));
			events.writeBytes(DATA);
			events.writeBytes(this.json.writeValueAsBytes(RecordItem.of(topic, record)));
			events.writeBytes(END);
		}
		return events.toByteArray();
	}

}
