package org.exactlyonce.gateway.read;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

import org.exactlyonce.gateway.log.LogReader.StoredRecord;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.record.RecordHeader;
import org.exactlyonce.gateway.record.RecordHeaders;
import org.exactlyonce.gateway.record.RecordValue;
import org.jspecify.annotations.Nullable;

/**
 * Writes records of one topic as {@link RecordItem}s. By hand, as a page has thousands.
 */
final class ItemWriter {

	private static final byte[] TOPIC = JsonOutput.ascii("{\"topic\":");

	private static final byte[] OFFSET = JsonOutput.ascii(",\"offset\":");

	private static final byte[] TIMESTAMP = JsonOutput.ascii(",\"timestamp\":");

	private static final byte[] KEY = JsonOutput.ascii(",\"key\":");

	private static final byte[] KEY_BASE64 = JsonOutput.ascii(",\"keyBase64\":");

	private static final byte[] VALUE = JsonOutput.ascii(",\"value\":");

	private static final byte[] VALUE_TEXT = JsonOutput.ascii(",\"valueText\":");

	private static final byte[] VALUE_BASE64 = JsonOutput.ascii(",\"valueBase64\":");

	private static final byte[] TOMBSTONE = JsonOutput.ascii(",\"tombstone\":true");

	private static final byte[] CONTENT_TYPE = JsonOutput.ascii(",\"contentType\":");

	private static final byte[] HEADERS = JsonOutput.ascii(",\"headers\":");

	private static final byte[] BASE64 = JsonOutput.ascii("{\"base64\":");

	private static final byte[] ID = JsonOutput.ascii(",\"id\":");

	private static final byte[] PRODUCER_ID = JsonOutput.ascii(",\"producerId\":");

	private static final byte[] PRODUCER_EPOCH = JsonOutput.ascii(",\"producerEpoch\":");

	private static final byte[] SEQUENCE = JsonOutput.ascii(",\"sequence\":");

	private static final byte[] APPENDED_AT = JsonOutput.ascii(",\"appendedAt\":");

	private static final byte[] NULL = JsonOutput.ascii("null");

	private final byte[] topic;

	private final JsonOutput out;

	private final Time timestamp = new Time();

	private final Time appendedAt = new Time();

	ItemWriter(String topic, JsonOutput out) {
		this.topic = topic.getBytes(StandardCharsets.UTF_8);
		this.out = out;
	}

	/** Writes a record. */
	void write(StoredRecord stored) throws IOException {
		LogRecord record = stored.record();
		this.out.raw(TOPIC).text(this.topic).raw(OFFSET).number(stored.offset());
		this.timestamp.write(TIMESTAMP, stored.timestampMillis(), this.out);
		writeKey(record);
		writeValue(record.value());
		this.out.raw(HEADERS);
		writeHeaders(record.headers());
		if (record.id() != null) {
			this.out.raw(ID).text(record.id());
		}
		writeNumber(PRODUCER_ID, stored.producerId());
		writeNumber(PRODUCER_EPOCH, stored.producerEpoch());
		writeNumber(SEQUENCE, stored.sequence());
		this.appendedAt.write(APPENDED_AT, stored.appendedAt().toEpochMilli(), this.out);
		this.out.raw('}');
	}

	private void writeKey(LogRecord record) throws IOException {
		byte[] key = record.key();
		if (key == null) {
			this.out.raw(KEY).raw(NULL);
		}
		else if (record.keyText() != null) {
			this.out.raw(KEY).text(key);
		}
		else {
			this.out.raw(KEY_BASE64).base64(key);
		}
	}

	private void writeValue(RecordValue value) throws IOException {
		switch (value.kind()) {
			case JSON -> this.out.raw(VALUE).raw(value.bytes());
			case TOMBSTONE -> this.out.raw(TOMBSTONE);
			case BYTES -> {
				if (value.text() != null) {
					this.out.raw(VALUE_TEXT).text(value.bytes());
				}
				else {
					this.out.raw(VALUE_BASE64).base64(value.bytes());
				}
			}
		}
		if (value.contentType() != null) {
			this.out.raw(CONTENT_TYPE).text(value.contentType());
		}
	}

	private void writeHeaders(RecordHeaders headers) throws IOException {
		List<RecordHeader> entries = headers.isEmpty() ? List.of() : headers.entries();
		boolean listed = headers.isListed() && !entries.isEmpty();
		this.out.raw(listed ? '[' : '{');
		for (int i = 0; i < entries.size(); i++) {
			RecordHeader header = entries.get(i);
			if (i > 0) {
				this.out.raw(',');
			}
			if (listed) {
				this.out.raw('[').text(header.name()).raw(',');
				writeHeader(header.value(), header.base64());
				this.out.raw(']');
			}
			else {
				this.out.text(header.name()).raw(':');
				writeHeader(header.value(), false);
			}
		}
		this.out.raw(listed ? ']' : '}');
	}

	private void writeHeader(byte @Nullable [] value, boolean base64) throws IOException {
		if (value == null) {
			this.out.raw(NULL);
		}
		else if (base64) {
			this.out.raw(BASE64).base64(value).raw('}');
		}
		else {
			this.out.text(value);
		}
	}

	private void writeNumber(byte[] name, @Nullable Long number) throws IOException {
		this.out.raw(name);
		if (number != null) {
			this.out.number(number);
		}
		else {
			this.out.raw(NULL);
		}
	}

	/** Writes times, most of which are in the same second as the one before. */
	private static final class Time {

		private long second = Long.MIN_VALUE;

		private byte[] text = NULL;

		void write(byte[] name, long millis, JsonOutput out) throws IOException {
			long wanted = Math.floorDiv(millis, 1000L);
			if (wanted != this.second) {
				String utc = Instant.ofEpochSecond(wanted).toString();
				this.second = wanted;
				this.text = JsonOutput.ascii("\"" + utc.substring(0, utc.length() - 1));
			}
			int rest = (int) (millis - wanted * 1000);
			out.raw(name).raw(this.text);
			if (rest > 0) {
				out.raw('.').raw(digit(rest / 100)).raw(digit(rest / 10 % 10)).raw(digit(rest % 10));
			}
			out.raw('Z').raw('"');
		}

		private static char digit(int digit) {
			return (char) ('0' + digit);
		}

	}

}
