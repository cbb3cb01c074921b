package org.exactlyonce.gateway.log;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.Problem.FieldError;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.request.StrictJson;
import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.exactlyonce.gateway.sequence.SequenceRange;
import org.jspecify.annotations.Nullable;

/**
 * Reads one append's JSON straight into the bytes that are stored. One use, one thread.
 */
final class AppendReader implements StrictJson.Document {

	private final int maxRecords;

	private final long maxBytes;

	private final List<FieldError> outside;

	private final RecordEncoder encoder = new RecordEncoder();

	private @Nullable Long producerId;

	private @Nullable Long producerEpoch;

	private @Nullable Long baseSequence;

	private boolean hasRecords;

	private boolean wholeBodyRead;

	private int count;

	private long valueBytes;

	/**
	 * Reads one append.
	 * @param properties the limits
	 * @param outside what is wrong outside the body, told together with what is in it
	 */
	AppendReader(LogProperties properties, List<FieldError> outside) {
		this.outside = outside;
		this.maxRecords = properties.maxBatchRecords();
		this.maxBytes = properties.maxBatchBytes().toBytes();
	}

	/**
	 * Reads a body.
	 * @param body the JSON, in UTF-8
	 * @return this, with what was read
	 * @throws ProblemException 400 or 413; a body over the limit that cannot be read to
	 * its end is a 413, as its values cannot be counted
	 */
	AppendReader read(byte[] body) {
		try {
			StrictJson.read(body, this);
		}
		catch (ProblemException ex) {
			if (body.length > this.maxBytes && !this.wholeBodyRead && this.valueBytes <= this.maxBytes) {
				throw tooManyBytes(body.length);
			}
			throw ex;
		}
		if (this.count > this.maxRecords) {
			throw Problem
				.of(ProblemType.RECORD_BATCH_TOO_LARGE,
						"The batch has " + this.count + " records, it may have " + this.maxRecords + ".")
				.with("maxRecords", this.maxRecords)
				.toException();
		}
		return this;
	}

	AppendRequest to(int partition) {
		if (this.producerId == null || this.baseSequence == null) {
			return new AppendRequest(partition, null, new SequenceRange(0, this.count), this.encoder.encode());
		}
		long epoch = (this.producerEpoch != null) ? this.producerEpoch : 0;
		return new AppendRequest(partition, new ProducerIdentity(this.producerId, epoch),
				new SequenceRange(this.baseSequence, this.count), this.encoder.encode());
	}

	@Override
	public void member(StrictJson json, String name) {
		switch (name) {
			case "producerId" -> this.producerId = json.readNumber(name);
			case "producerEpoch" -> this.producerEpoch = json.readNumber(name);
			case "baseSequence" -> this.baseSequence = json.readNumber(name);
			case "records" -> this.hasRecords = json.readArray(name, () -> readRecord(json)) || !json.isNull();
			default -> json.unknownField(name);
		}
	}

	@Override
	public void end(StrictJson json) {
		this.outside.forEach((error) -> json.error(error.field(), error.message()));
		this.wholeBodyRead = true;
		if (!json.isValid()) {
			return;
		}
		if (!this.hasRecords) {
			json.error("records", "is missing");
		}
		else if (this.count == 0) {
			json.error("records", "is empty, must have at least one record");
		}
		if (this.producerId == null && (this.baseSequence != null || this.producerEpoch != null)) {
			json.error("producerId", "is missing: a sequenced append needs producerId and baseSequence");
		}
		if (this.baseSequence == null && (this.producerId != null || this.producerEpoch != null)) {
			json.error("baseSequence", "is missing: a sequenced append needs producerId and baseSequence");
		}
		if (this.baseSequence != null && this.baseSequence > SequenceRange.MAX - Math.max(this.count - 1, 0)) {
			json.error("baseSequence",
					"is " + this.baseSequence + ", so the last sequence would pass " + SequenceRange.MAX);
		}
	}

	private void readRecord(StrictJson json) {
		String path = "records[" + this.count + "]";
		this.count++;
		RecordFields fields = new RecordFields(path);
		if (json.isNull()) {
			json.error(path, "must be an object");
		}
		else if (json.readObject(path, (name) -> fields.read(json, name))) {
			fields.end(json);
		}
		byte[] value = fields.value;
		if (value == null) {
			return;
		}
		this.valueBytes += value.length;
		if (this.valueBytes > this.maxBytes) {
			throw tooManyBytes(this.valueBytes);
		}
		if (this.count <= this.maxRecords) {
			this.encoder
				.add(new LogRecord(fields.key, value, fields.contentType, fields.headers, fields.timestampMillis));
		}
	}

	private ProblemException tooManyBytes(long bytes) {
		return Problem
			.of(ProblemType.RECORD_BATCH_TOO_LARGE,
					"The batch has " + bytes + " bytes or more, its values may have " + this.maxBytes + ".")
			.with("maxBytes", this.maxBytes)
			.toException();
	}

	/** The members of one record, in any order. */
	private static final class RecordFields {

		private static final String OCTET_STREAM = "application/octet-stream";

		private final String path;

		private @Nullable String key;

		private byte @Nullable [] value;

		private boolean hasValue;

		private boolean hasBytes;

		private @Nullable String contentType;

		private @Nullable Long timestampMillis;

		private final SortedMap<String, String> headers = new TreeMap<>();

		private RecordFields(String path) {
			this.path = path;
		}

		private void read(StrictJson json, String name) {
			String where = this.path + "." + name;
			switch (name) {
				case "key" -> this.key = json.readString(where, false);
				case "value" -> {
					this.hasValue = true;
					this.value = json.readValue(where);
				}
				case "valueBase64" -> {
					this.hasBytes = !json.isNull();
					byte[] bytes = json.readBase64(where);
					if (bytes != null) {
						this.value = bytes;
						this.contentType = OCTET_STREAM;
					}
				}
				case "headers" -> json.readObject(where, (header) -> readHeader(json, where, header));
				case "timestamp" -> readTimestamp(json, where);
				default -> json.unknownField(where);
			}
		}

		private void readHeader(StrictJson json, String where, String name) {
			json.checkText(where, name, false);
			String path = where + "." + name;
			if (json.isNull()) {
				json.error(path, "must be a string");
				return;
			}
			String text = json.readString(path, true);
			if (text != null) {
				this.headers.put(name, text);
			}
		}

		private void readTimestamp(StrictJson json, String where) {
			String text = json.readString(where, false);
			if (text == null) {
				return;
			}
			Timestamps.parse(text)
				.ifPresentOrElse((millis) -> this.timestampMillis = millis,
						() -> json.error(where, "must be a time of RFC 3339, such as 2026-11-23T10:00:00.123Z"));
		}

		private void end(StrictJson json) {
			if (this.hasValue && this.hasBytes) {
				json.error(this.path + ".valueBase64", "comes together with value, must be one of them");
			}
			else if (!this.hasValue && !this.hasBytes) {
				json.error(this.path + ".value", "is missing");
			}
		}

	}

}
