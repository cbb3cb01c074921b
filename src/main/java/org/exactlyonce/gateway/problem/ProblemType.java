package org.exactlyonce.gateway.problem;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

import org.springframework.http.HttpStatus;

/**
 * The error catalogue: every problem the gateway answers with. The constant's name is the
 * {@code code} that a client sees.
 */
public enum ProblemType {

	/** 400: the request cannot be understood. */
	INVALID_REQUEST(HttpStatus.BAD_REQUEST, "Invalid request", Retry.FIX_REQUEST,
			"The request is malformed, or carries a value that is not allowed. Nothing was stored.",
			"Read errors: each entry names a field and what is wrong with it. Correct the request and send it again."),

	/** 401: the caller has to prove its identity. */
	UNAUTHENTICATED(HttpStatus.UNAUTHORIZED, "Unauthenticated", Retry.AUTHENTICATE,
			"The request carries no credential that is valid here. Nothing was stored.",
			"Get a valid credential, then send the same request with it."),

	/** 401: a webhook's delivery is not signed by its sender. */
	INVALID_SIGNATURE(HttpStatus.UNAUTHORIZED, "Invalid signature", Retry.FIX_REQUEST,
			"The delivery of a webhook has no signature, one that no secret of its source fits, or one from another time. Nothing was stored.",
			"Read detail: it says which. Compare the secret of the sender with gateway.webhooks.<source>.secrets, and its clock with the gateway's; see that nothing on the way changes the body."),

	/** 403: the caller may not do this. */
	FORBIDDEN(HttpStatus.FORBIDDEN, "Forbidden", Retry.STOP,
			"The gateway does not let this caller do this. In the mode local, which is the default, it serves programs of its own machine alone, that call it by a loopback name and through no proxy. Nothing was stored.",
			"Read detail: it names the rule, and the setting that changes it. gateway.security.mode decides who is served."),

	/** 403: a page of another origin may not write. */
	FORBIDDEN_ORIGIN(HttpStatus.FORBIDDEN, "Forbidden origin", Retry.STOP,
			"A page of another origin, open in a browser, sent a request that could write. Such pages may not write unless their origin is admitted. Nothing was stored.",
			"If the page is yours, name its origin in gateway.cors.allowed-origins. If it is the gateway's own, behind a proxy, set server.forward-headers-strategy."),

	/** 403: the producer's epoch was raised. */
	PRODUCER_FENCED(HttpStatus.FORBIDDEN, "Producer fenced", Retry.STOP,
			"The producer's epoch was raised, by a registration under its name or by POST /producers/{producerId}/epoch. This request carries an older epoch, so its sender is no longer the owner. Nothing was stored.",
			"Stop sending. Raise the epoch again only if this process is the rightful owner of the producer: that fences the other one."),

	/** 403: the producer is another principal's. */
	NOT_OWNER(HttpStatus.FORBIDDEN, "Not the owner", Retry.STOP,
			"The producer belongs to another principal: to the first that registered it, or to the one that an administrator assigned it to. Nothing was stored, and no epoch was raised.",
			"Stop sending. Register a producer of your own, under another name or without one. An administrator can give this one away: PATCH /producers/{producerId}."),

	/** 404: no such path. */
	NOT_FOUND(HttpStatus.NOT_FOUND, "Not found", Retry.FIX_REQUEST, "There is nothing under this path.",
			"Check the path against the API description at /swagger-ui.html."),

	/** 404: no such topic. */
	UNKNOWN_TOPIC(HttpStatus.NOT_FOUND, "Unknown topic", Retry.FIX_REQUEST,
			"The path names a topic that does not exist, or no longer. Nothing was stored.",
			"GET /topics lists the topics. An administrator makes one with PUT /topics/{topic}; nothing else does."),

	/** 404: no such partition. */
	UNKNOWN_PARTITION(HttpStatus.NOT_FOUND, "Unknown partition", Retry.FIX_REQUEST,
			"The path names a partition that does not exist. Partitions are numbered from 0. Nothing was stored.",
			"GET /topics/{topic}/partitions lists the partitions of a topic, GET /partitions those of records. A topic grows with PUT /topics/{topic}."),

	/** 404: the partition has no such record. */
	UNKNOWN_OFFSET(HttpStatus.NOT_FOUND, "Unknown offset", Retry.FIX_REQUEST,
			"The partition has no record at this offset: not yet, or no longer, or it is no offset at all.",
			"GET /partitions/{partition} shows where the partition starts and ends. To wait for a record, read the partition with Prefer: wait."),

	/** 404: the producer id was never issued. */
	UNKNOWN_PRODUCER_ID(HttpStatus.NOT_FOUND, "Unknown producer id", Retry.REGISTER,
			"No producer with this id was ever registered here. Nothing was stored.",
			"POST /producers to get an id, then start at the nextSequence of each partition (0 for a new producer)."),

	/** 405: the path exists, the method does not. */
	METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, "Method not allowed", Retry.FIX_REQUEST,
			"The path exists but does not take this HTTP method.", "Use one of the methods in the Allow header."),

	/** 406: nothing the client accepts can be produced. */
	NOT_ACCEPTABLE(HttpStatus.NOT_ACCEPTABLE, "Not acceptable", Retry.FIX_REQUEST,
			"The Accept header admits no media type that this path can answer with.",
			"Send Accept: application/json, or no Accept header."),

	/** 408: the body took too long. */
	REQUEST_TIMEOUT(HttpStatus.REQUEST_TIMEOUT, "Request timeout", Retry.SAME_REQUEST,
			"The request's body did not arrive in time. Nothing was stored.",
			"Send the same request again, over a faster connection or in smaller batches."),

	/** 409: a gap, or a batch that straddles the committed end. */
	OUT_OF_ORDER_SEQUENCE_NUMBER(HttpStatus.CONFLICT, "Out of order sequence number", Retry.RESYNC,
			"The base sequence is not the next expected one: either an earlier request has not been committed (a gap), or the batch starts with committed sequences and ends with new ones. Nothing was stored.",
			"Read nextSequence with GET /producers/{producerId} (or expectedSequence here) and go on from there, with the requests that carry those sequences."),

	/** 409: a topic cannot be as it is asked for. */
	TOPIC_CONFLICT(HttpStatus.CONFLICT, "Topic conflict", Retry.FIX_REQUEST,
			"The topic cannot be made, changed or deleted like this: it would lose partitions, there would be too many in all, or it is the topic records, which stays. Nothing was changed.",
			"Read detail: it has the numbers. A topic never loses a partition; gateway.max-partitions is how many all topics may have."),

	/** 410: a reader begins where the log no longer is, or has not come to. */
	OFFSET_OUT_OF_RANGE(HttpStatus.GONE, "Offset out of range", Retry.RESYNC,
			"The reader would begin before the start of the partition, at records that are deleted: they were older, or more, than the topic keeps. Or an event stream would begin beyond the end: its client has seen records that are not in this log, as the log was put back from a backup, or they came from another gateway.",
			"Find out which records those were. Then begin at an offset from logStartOffset to logEndOffset (earliest and latest are words for them); logEndOffset itself waits for the next record."),

	/** 411: a body without a length. */
	LENGTH_REQUIRED(HttpStatus.LENGTH_REQUIRED, "Length required", Retry.FIX_REQUEST,
			"The request has neither a Content-Length nor a Transfer-Encoding header, so it has no body. Nothing was stored.",
			"Send the body with its Content-Length, or chunked. A record without a byte in it is sent with Content-Length: 0."),

	/** 413: too many records or bytes. */
	RECORD_BATCH_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "Record batch too large", Retry.FIX_REQUEST,
			"The request has more records or bytes than one batch may have, or its records go to more partitions than those of one request may. Nothing was stored.",
			"Split the batch: maxRecords, maxBytes or maxPartitions in the answer is the limit."),

	/** 415: the body has a media type that is not taken here. */
	UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "Unsupported media type", Retry.FIX_REQUEST,
			"The Content-Type header names a media type, or a character set, that this path does not take. Nothing was stored.",
			"Send Content-Type: application/json (curl: -H 'Content-Type: application/json'; curl -d alone sends a form)."),

	/** 422: a committed sequence was sent with another payload. */
	SEQUENCE_REUSED(HttpStatus.UNPROCESSABLE_CONTENT, "Sequence reused", Retry.FIX_REQUEST,
			"A committed sequence was sent again with a different payload. The committed record stays as it is; the new payload was not stored.",
			"This is a bug in the client: a retry must resend the same records. firstMismatch is the first sequence that differs; send new data under nextSequence."),

	/** 422: an id that is known was sent with another payload. */
	ID_REUSED(HttpStatus.UNPROCESSABLE_CONTENT, "Id reused", Retry.FIX_REQUEST,
			"A record, or a request with an Idempotency-Key, was sent under an id that the topic knows with another payload. The record that has the id stays as it is; nothing of the request was stored.",
			"A retry must send the same again: for an id the same key, value, headers and given timestamp, for an Idempotency-Key the same request to the same path. What is new needs a new id. firstMismatch is the place of the first such record in the request, from 0."),

	/** 429: the gateway has as much work as it may hold. */
	OVERLOADED(HttpStatus.TOO_MANY_REQUESTS, "Overloaded", Retry.SAME_REQUEST,
			"The gateway has more work queued than it may hold. Nothing was stored.",
			"Wait as long as Retry-After says, then send the same request again."),

	/** 429: the caller has used up a quota. */
	QUOTA_EXCEEDED(HttpStatus.TOO_MANY_REQUESTS, "Quota exceeded", Retry.SAME_REQUEST,
			"The caller has used up what its quota gives it on this replica. Nothing was stored.",
			"Wait as long as Retry-After says, then send the same request again. limit names the quota, which is a setting below gateway.quotas."),

	/** 500: a fault in the gateway. */
	INTERNAL_ERROR(HttpStatus.INTERNAL_SERVER_ERROR, "Internal error", Retry.SAME_REQUEST,
			"The gateway failed in a way it did not foresee. Its log has the details.",
			"Send the same request again, with the same sequences: if it was committed, the answer says duplicate."),

	/** 503: the database is away, a commit failed, or there was no answer in time. */
	STORE_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "Store unavailable", Retry.SAME_REQUEST,
			"The database is away, a commit failed, or there was no answer in time. Whether the request was committed may be unknown.",
			"Send the same request again, with the same sequences: if it was committed, the answer says duplicate.");

	private final HttpStatus status;

	private final String title;

	private final String retry;

	private final String whatHappened;

	private final String whatToDo;

	ProblemType(HttpStatus status, String title, String retry, String whatHappened, String whatToDo) {
		this.status = status;
		this.title = title;
		this.retry = retry;
		this.whatHappened = whatHappened;
		this.whatToDo = whatToDo;
	}

	/**
	 * The HTTP status, 400 to 599.
	 * @return the status
	 */
	public HttpStatus status() {
		return this.status;
	}

	/**
	 * The problem page's address, relative to the gateway.
	 * @return the {@code type} of RFC 9457
	 */
	public URI uri() {
		return URI.create("/problems/" + slug());
	}

	String title() {
		return this.title;
	}

	String retry() {
		return this.retry;
	}

	String whatHappened() {
		return this.whatHappened;
	}

	String whatToDo() {
		return this.whatToDo;
	}

	String slug() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	static Optional<ProblemType> bySlug(String slug) {
		return Arrays.stream(values()).filter((type) -> type.slug().equals(slug)).findFirst();
	}

	/**
	 * The problem for an error that the container or the framework raised.
	 * @param status the HTTP status of that error
	 * @return the catalogue's entry for it
	 */
	static ProblemType byStatus(int status) {
		return switch (status) {
			case 401 -> UNAUTHENTICATED;
			case 403 -> FORBIDDEN;
			case 404 -> NOT_FOUND;
			case 405 -> METHOD_NOT_ALLOWED;
			case 406 -> NOT_ACCEPTABLE;
			case 408 -> REQUEST_TIMEOUT;
			case 411 -> LENGTH_REQUIRED;
			case 413 -> RECORD_BATCH_TOO_LARGE;
			case 415 -> UNSUPPORTED_MEDIA_TYPE;
			case 429 -> OVERLOADED;
			case 503 -> STORE_UNAVAILABLE;
			case 501, 505 -> INVALID_REQUEST; // an odd request is no fault of the gateway
			default -> (status >= 500) ? INTERNAL_ERROR : INVALID_REQUEST;
		};
	}

	/** The client's next step, in one word. */
	static final class Retry {

		static final String AUTHENTICATE = "authenticate";

		static final String FIX_REQUEST = "fix-request";

		static final String REGISTER = "register";

		static final String RESYNC = "resync";

		static final String SAME_REQUEST = "same-request";

		static final String STOP = "stop";

		private Retry() {
		}

	}

}
