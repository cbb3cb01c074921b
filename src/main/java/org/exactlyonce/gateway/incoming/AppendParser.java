package org.exactlyonce.gateway.incoming;

import java.util.function.Supplier;

import jakarta.servlet.http.HttpServletRequest;
import org.exactlyonce.gateway.incoming.SentIdentity.Place;
import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.commit.CommitProperties;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.record.RecordHeaders;
import org.exactlyonce.gateway.record.RecordValue;
import org.exactlyonce.gateway.request.Body;
import org.exactlyonce.gateway.request.BodyLines;
import org.exactlyonce.gateway.request.BodyMemory;
import org.exactlyonce.gateway.request.BodyReader;
import org.exactlyonce.gateway.request.ContentType;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Reads an append in each of its forms: a JSON document, a record whose body is its
 * value, a record a line, or CloudEvents. The form is chosen by the media type; JSON is
 * the value itself when {@code Producer-Id} comes as a header, or the attributes of an
 * event.
 */
@Component
public class AppendParser {

	private final BodyReader bodies;

	private final int maxRecords;

	private final long maxBytes;

	AppendParser(BodyReader bodies, AppendProperties properties, CommitProperties commits) {
		this.bodies = bodies;
		this.maxRecords = properties.maxBatchRecords();
		this.maxBytes = properties.maxBatchBytes(commits.lanes());
	}

	/**
	 * Reads an append to the partition in the path.
	 * @param request the request, its body unread
	 * @return the append; close its memory when the request is done
	 * @throws ProblemException 400, 408, 411, 413, 415 or 429
	 */
	public IncomingAppend<PartitionBatch> read(HttpServletRequest request) {
		return read(request, new PartitionBatch(this.maxRecords, this.maxBytes, requestId(request)));
	}

	/**
	 * Reads an append to a topic.
	 * @param request the request, its body unread
	 * @return the append; close its memory when the request is done
	 * @throws ProblemException 400, 408, 411, 413, 415 or 429
	 */
	public IncomingAppend<SpreadBatch> readSpread(HttpServletRequest request) {
		return read(request, new SpreadBatch(this.maxRecords, this.maxBytes, requestId(request), false));
	}

	/**
	 * An append of one record to a topic.
	 * @param record the record
	 * @param idDecides whether another record with its id is the same, whatever is in it
	 * @param memory what was read of the request
	 * @return the append; close its memory when the request is done
	 * @throws ProblemException 413 if its value has too many bytes
	 */
	public IncomingAppend<SpreadBatch> ofRecord(LogRecord record, boolean idDecides, BodyMemory memory) {
		SpreadBatch batch = new SpreadBatch(this.maxRecords, this.maxBytes, null, idDecides);
		batch.add(record, null, "id");
		return incoming(Place.HEADERS, new SentIdentity(null, null, null), batch, true, memory);
	}

	/**
	 * As records are encoded while they are read; what is wrong with it is said later.
	 */
	private static @Nullable String requestId(HttpServletRequest request) {
		return IdempotencyKey.read(request, new FieldErrors());
	}

	private <B extends IncomingBatch> IncomingAppend<B> read(HttpServletRequest request, B batch) {
		EventAppend events = EventAppend.of(request);
		if (events != null) {
			Body body = this.bodies.read(request, this.maxBytes);
			return closingOnFailure(body, () -> events(request, events, body, batch));
		}
		ContentType type = ContentType.of(request);
		if (type.kind() == ContentType.Kind.NDJSON) {
			BodyLines lines = this.bodies.readLines(request, this.maxBytes);
			return closingOnFailure(lines, () -> lines(request, lines, batch));
		}
		Body body = this.bodies.read(request, this.maxBytes);
		boolean document = type.kind() == ContentType.Kind.JSON && !isIdentified(request);
		return closingOnFailure(body,
				() -> document ? document(request, body, batch) : single(request, type, body, batch));
	}

	private static <T> T closingOnFailure(BodyMemory memory, Supplier<T> reading) {
		try {
			return reading.get();
		}
		catch (RuntimeException | Error ex) {
			memory.close();
			throw ex;
		}
	}

	/** Identity and records in one JSON document. */
	private <B extends IncomingBatch> IncomingAppend<B> document(HttpServletRequest request, Body body, B batch) {
		FieldErrors outside = new FieldErrors();
		AppendHeaders headers = AppendHeaders.read(request, outside);
		FieldErrors errors = new FieldErrors(outside);
		SentIdentity identity = new JsonAppend(batch, errors).read(body.take());
		identity.check(Place.BODY, batch, headers.acknowledged(), errors);
		// without Producer-Id they would be lost on a client that relies on them
		headers.identity().check(Place.HEADERS, batch, headers.acknowledged(), errors);
		headers.checkIds(batch, identity.isPresent() || headers.identity().isPresent(), errors);
		refuseKey(headers, "does not go with records in the body, which have their own keys", errors);
		errors.refuseIfAny();
		return incoming(Place.BODY, identity, batch, headers.acknowledged(), body);
	}

	/** One record: the body is its value. */
	private <B extends IncomingBatch> IncomingAppend<B> single(HttpServletRequest request, ContentType type,
			Body memory, B batch) {
		byte[] body = memory.take();
		if (!isIdentified(request)) {
			type.refuseDocument(body);
		}
		FieldErrors outside = new FieldErrors();
		AppendHeaders headers = AppendHeaders.read(request, outside);
		FieldErrors errors = new FieldErrors(outside);
		RecordValue value = BodyValue.read(body, type, batch, errors);
		AppendHeaders.SentKey key = headers.recordKey();
		batch.add(new LogRecord((key != null) ? key.bytes() : null, value, RecordHeaders.NONE, null), null, "id");
		headers.identity().check(Place.HEADERS, batch, headers.acknowledged(), errors);
		headers.checkIds(batch, headers.identity().isPresent(), errors);
		errors.refuseIfAny();
		return incoming(Place.HEADERS, headers.identity(), batch, headers.acknowledged(), memory);
	}

	private static boolean isIdentified(HttpServletRequest request) {
		return request.getHeader(Place.HEADERS.producerId()) != null;
	}

	/** CloudEvents, which have ids of their own. */
	private <B extends IncomingBatch> IncomingAppend<B> events(HttpServletRequest request, EventAppend events,
			Body body, B batch) {
		FieldErrors outside = new FieldErrors();
		AppendHeaders headers = AppendHeaders.read(request, outside);
		FieldErrors errors = new FieldErrors(outside);
		events.read(body.take(), headers.recordKey(), batch, errors);
		headers.identity().check(Place.HEADERS, batch, headers.acknowledged(), errors);
		headers.checkIds(batch, headers.identity().isPresent(), errors);
		errors.refuseIfAny();
		return incoming(Place.HEADERS, headers.identity(), batch, headers.acknowledged(), body);
	}

	/** One record a line, read as they arrive. */
	private <B extends IncomingBatch> IncomingAppend<B> lines(HttpServletRequest request, BodyLines lines, B batch) {
		FieldErrors errors = new FieldErrors();
		boolean readable = true;
		for (byte[] line = lines.next(); line.length > 0; line = lines.next()) {
			RecordFields fields = new RecordFields("line " + lines.number(), batch.isSpread());
			readable &= fields.readLine(line, errors);
			batch.add(fields.toRecord(), fields.partition(), fields.idName());
			lines.reserve(batch.uncountedBytes());
		}
		AppendHeaders headers = AppendHeaders.read(request, errors);
		refuseKey(headers, "does not go with lines, which have their own keys", errors);
		if (batch.count() == 0) {
			errors.add("records", "is empty, must have at least one record");
		}
		headers.identity().check(Place.HEADERS, batch, headers.acknowledged(), errors);
		headers.checkIds(batch, headers.identity().isPresent(), errors);
		if (!readable) {
			throw batch.unreadable(lines.bytes(), errors.toException());
		}
		errors.refuseIfAny();
		return incoming(Place.HEADERS, headers.identity(), batch, headers.acknowledged(), lines);
	}

	/** Ends what is known to be well-formed. */
	private static <B extends IncomingBatch> IncomingAppend<B> incoming(Place place, SentIdentity sent, B batch,
			boolean acknowledged, BodyMemory memory) {
		batch.end();
		memory.reserve(batch.uncountedBytes());
		return new IncomingAppend<>(place, sent, batch, acknowledged, memory);
	}

	private static void refuseKey(AppendHeaders headers, String why, FieldErrors errors) {
		AppendHeaders.SentKey key = headers.recordKey();
		if (key != null) {
			errors.add(key.header(), why);
		}
	}

}
