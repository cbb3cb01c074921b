package org.exactlyonce.gateway.read;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

import org.exactlyonce.gateway.log.LogReader;
import org.exactlyonce.gateway.log.LogReader.StoredRecord;

/**
 * Writes records as server-sent events, whose ids are their offsets.
 */
final class EventWriter {

	private static final byte[] ID = JsonOutput.ascii("id: ");

	private static final byte[] DATA = JsonOutput.ascii("\ndata: ");

	private static final byte[] END = JsonOutput.ascii("\n\n");

	private EventWriter() {
	}

	/** Says which record came last, without an event. */
	static byte[] lastId(long offset) throws IOException {
		ByteArrayOutputStream id = new ByteArrayOutputStream();
		JsonOutput out = new JsonOutput(id);
		out.raw(ID).number(offset).raw(END).flush();
		return id.toByteArray();
	}

	/** The records of a page as events. */
	static byte[] write(String topic, LogReader.Page page) throws IOException {
		ByteArrayOutputStream events = new ByteArrayOutputStream(4 * 1024);
		JsonOutput out = new JsonOutput(events);
		ItemWriter items = new ItemWriter(topic, out);
		for (StoredRecord record : page.records()) {
			out.raw(ID).number(record.offset()).raw(DATA);
			items.write(record);
			out.raw(END);
		}
		out.flush();
		return events.toByteArray();
	}

}
