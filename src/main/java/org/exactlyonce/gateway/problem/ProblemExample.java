package org.exactlyonce.gateway.problem;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The catalogue by example: each problem as the gateway really answers it on its default
 * settings, for the OpenAPI document. Every {@link ProblemType} that an operation may
 * answer with has one at least. Their numbers are those of a gateway to which the
 * document's request examples were sent.
 */
public enum ProblemExample {

	/** The body is no JSON. */
	NOT_JSON("The body is not JSON",
			Problem.of(ProblemType.INVALID_REQUEST, "The body is not valid JSON: see line 1, column 13.")),

	/** Several fields are wrong at once. */
	WRONG_FIELDS("Wrong, unknown and missing fields", Problem.invalid(List
		.of(new Problem.FieldError("producerId", "must be an integer"), new Problem.FieldError("baseSequense",
				"is not a known field, did you mean baseSequence? known: producerId, producerEpoch, baseSequence, records"),
				new Problem.FieldError("records[0].value", "is missing"),
				new Problem.FieldError("baseSequence",
						"is missing: a sequenced append needs producerId and baseSequence")))),

	/** A query parameter that the path does not know; which it knows is filled in. */
	UNKNOWN_PARAMETER("A misspelt query parameter", Problem.invalid("verbose", "is not a parameter of this path")),

	/** One half of an identity. */
	HALF_IDENTITY("Half an identity",
			Problem.invalid("baseSequence", "is missing: a sequenced append needs producerId and baseSequence")),

	/** No records. */
	EMPTY_BATCH("An empty batch", Problem.invalid("records", "is empty, must have at least one record")),

	/** An epoch above the newest. */
	EPOCH_NEVER_ISSUED("An epoch that was never issued",
			Problem.invalid("producerEpoch", "is 3, but the newest epoch of producer 1 is 0")),

	/** A query parameter with another value than all. */
	UNKNOWN_ACKS("Another acks than all and 0", Problem.invalid("acks", "is \"1\", must be all or 0")),

	/** An identity whose outcome would not be answered. */
	ACKS_AND_IDENTITY("An identity with acks=0",
			Problem.invalid("acks", "is 0, which does not go with producerId and baseSequence: leave one of them out")),

	/** A line that is no record. */
	BROKEN_LINE("A broken line of NDJSON", Problem.invalid("line 2", "is not valid JSON: see column 10")),

	/** A blank name. */
	BLANK_NAME("A blank name", Problem.invalid("name", "must not be blank")),

	/** A page size out of range. */
	LIMIT_OUT_OF_RANGE("A limit out of its range",
			Problem.invalid("limit", "is \"0\", must be an integer of 1 to 1000")),

	/** A negative offset. */
	NEGATIVE_OFFSET("A negative offset",
			Problem.invalid("offset", "is \"-1\", must be an integer of 0 to 9007199254740991, earliest or latest")),

	/** An event without the id that its source takes. */
	NO_EVENT_ID("An event without an id",
			Problem.invalid("json:/id", "is missing: the source shop takes the id of its events from there")),

	/** A caller from elsewhere, in the mode local. */
	NOT_LOCAL("Through a proxy, in the mode local", Problem.of(ProblemType.FORBIDDEN,
			"The request came through a proxy: it has the header X-Forwarded-For. gateway.security.mode is local,"
					+ " which serves this machine alone; to serve others set it to token (GATEWAY_SECURITY_MODE=token),"
					+ " and give each of them a key, or to open (GATEWAY_SECURITY_MODE=open), and keep the port closed to"
					+ " all that may not write.")),

	/** A page of another origin. */
	FOREIGN_ORIGIN("A page of another origin", Problem.of(ProblemType.FORBIDDEN_ORIGIN,
			"A page of https://elsewhere.example may not write: that is neither the gateway's own origin, which is"
					+ " http://localhost:8080 here, nor in gateway.cors.allowed-origins"
					+ " (GATEWAY_CORS_ALLOWED_ORIGINS).")),

	/** An older epoch. */
	OLDER_EPOCH("An older epoch",
			Problem.of(ProblemType.PRODUCER_FENCED, "Producer 2 sent epoch 0; the current epoch is 1.")
				.with("currentEpoch", 1)
				.header("Producer-Epoch", 1)),

	/** Another principal's producer. */
	ANOTHERS_PRODUCER("A producer of another principal",
			Problem.of(ProblemType.NOT_OWNER, "Producer 2 belongs to another principal.")),

	/** A topic that does not exist. */
	NO_SUCH_TOPIC("No such topic",
			Problem.of(ProblemType.UNKNOWN_TOPIC,
					"There is no topic \"invoices\". PUT /topics/{topic} makes one, and nothing else does.")),

	/** Fewer partitions than there are. */
	FEWER_PARTITIONS("Fewer partitions than there are",
			Problem.of(ProblemType.TOPIC_CONFLICT,
					"The topic orders has 12 partitions, and a topic never loses one: 8 is too few.")),

	/** The topic that is always there. */
	RECORDS_STAYS("The topic records", Problem.of(ProblemType.TOPIC_CONFLICT, "The topic records cannot be deleted.")),

	/** A partition that does not exist. */
	NO_SUCH_PARTITION("No such partition",
			Problem.of(ProblemType.UNKNOWN_PARTITION, "There is no partition 8; they are 0 to 7.")),

	/** An offset past the end. */
	NO_SUCH_OFFSET("No such offset",
			Problem.of(ProblemType.UNKNOWN_OFFSET, "There is no record 7 in partition 0, whose log end offset is 4.")
				.header("Cache-Control", "no-store")),

	/** A producer id that was never issued. */
	NO_SUCH_PRODUCER("A producer id that was never issued",
			Problem.of(ProblemType.UNKNOWN_PRODUCER_ID, "Producer 7 was never registered.")),

	/** An access key that does not exist. */
	NO_SUCH_KEY("No such key", Problem.of(ProblemType.NOT_FOUND, "There is no key 7.")),

	/** No credential, in the mode token. */
	NO_CREDENTIAL("No credential, in the mode token",
			Problem
				.of(ProblemType.UNAUTHENTICATED,
						"The request carries no credential. Send it as \"Authorization: Bearer ...\".")
				.header("WWW-Authenticate", "Bearer")),

	/** A delivery with another signature. */
	BAD_SIGNATURE("A signature that no secret fits",
			Problem
				.of(ProblemType.INVALID_SIGNATURE,
						"No secret of the source shop fits the signature in Stripe-Signature: the sender has another"
								+ " one, or the body was changed on the way.")
				.header("WWW-Authenticate", "Webhook-Signature")),

	/** A source that is not configured. */
	NO_SUCH_SOURCE("No such source", Problem.of(ProblemType.NOT_FOUND, "There is no webhook source \"store\".")),

	/** A method that the path does not take; which it takes is filled in. */
	WRONG_METHOD("Another method under this path",
			Problem.of(ProblemType.METHOD_NOT_ALLOWED, "PUT is not allowed.").header("Allow", "GET")),

	/** An Accept header that admits no answer. */
	WRONG_ACCEPT("An Accept header that admits no answer",
			Problem.of(ProblemType.NOT_ACCEPTABLE, "This path answers with [application/json].")
				.header("Accept", "application/json")),

	/** A body that trickles. */
	SLOW_BODY("A body that did not arrive in time",
			Problem.of(ProblemType.REQUEST_TIMEOUT, "The body did not arrive within 10000 ms.")),

	/** The next request came before its predecessor. */
	GAP("A gap: the request before this one is missing",
			Problem.outOfOrder("Producer 1 sent sequences 5 to 5 to partition 0; the next expected is 3.", 3, 5)),

	/** The predecessors did not come while the request waited. */
	GAP_AFTER_WAIT("A gap after Prefer: wait=1: the request before this one did not come in time",
			Problem.outOfOrder("Producer 1 sent sequences 5 to 5 to partition 0; the next expected is 3.", 3, 5)
				.header("Preference-Applied", "wait=1")),

	/** A batch that is committed in part. */
	STRADDLING("A batch that starts with committed sequences and ends with new ones",
			Problem.outOfOrder("Producer 1 sent sequences 2 to 3 to partition 0; the next expected is 3.", 3, 2)),

	/** A stream that begins beyond the end. */
	BEYOND_THE_END("An event stream that begins beyond the end of the partition",
			Problem
				.of(ProblemType.OFFSET_OUT_OF_RANGE,
						"The stream would begin at offset 908, but partition 0 has offsets 0 to 3; the next is 4.")
				.with("logStartOffset", 0)
				.with("logEndOffset", 4)),

	/** No body, and none announced. */
	NO_LENGTH("Neither Content-Length nor Transfer-Encoding", Problem.of(ProblemType.LENGTH_REQUIRED,
			"The request has neither Content-Length nor Transfer-Encoding, so it has no body. An empty body has Content-Length: 0.")),

	/** Too many records. */
	TOO_MANY_RECORDS("Too many records",
			Problem.of(ProblemType.RECORD_BATCH_TOO_LARGE, "The batch has 10001 records; it may have 10000.")
				.with("maxRecords", 10_000)),

	/** Too many bytes in a batch. */
	TOO_MANY_BYTES("Too many bytes",
			Problem
				.of(ProblemType.RECORD_BATCH_TOO_LARGE,
						"The batch has 9000000 bytes or more; its values may have 8388608.")
				.with("maxBytes", 8_388_608)),

	/** Too many bytes in a body that is no batch. */
	BODY_TOO_LARGE("A body that is too large",
			Problem
				.of(ProblemType.RECORD_BATCH_TOO_LARGE,
						"The body has 17000000 bytes or more; a request may have 16777216.")
				.with("maxBytes", 16_777_216)),

	/** A form instead of records. */
	FORM_OF_RECORDS("A form, which is what curl -d sends", Problem
		.of(ProblemType.UNSUPPORTED_MEDIA_TYPE,
				"Content-Type is application/x-www-form-urlencoded, must be application/json, application/x-ndjson, "
						+ "or the media type of one record. With curl: -H 'Content-Type: application/json'.")
		.header("Accept", "application/json, application/x-ndjson")),

	/** A document under the type of bytes. */
	DOCUMENT_AS_BYTES("A JSON document under another media type, such as fetch's text/plain",
			Problem
				.of(ProblemType.UNSUPPORTED_MEDIA_TYPE,
						"Content-Type is text/plain, but the body is a JSON document with records and an identity, "
								+ "must be application/json. With curl: -H 'Content-Type: application/json'.")
				.header("Accept", "application/json")),

	/** A form instead of JSON. */
	FORM("A form, which is what curl -d sends",
			Problem
				.of(ProblemType.UNSUPPORTED_MEDIA_TYPE,
						"Content-Type is application/x-www-form-urlencoded, must be application/json. "
								+ "With curl: -H 'Content-Type: application/json'.")
				.header("Accept", "application/json")),

	/** A committed sequence with another payload. */
	OTHER_PAYLOAD("A committed sequence with another payload",
			Problem
				.of(ProblemType.SEQUENCE_REUSED,
						"Sequence 1 of producer 1 in partition 0 is committed with another payload.")
				.with("firstMismatch", 1)),

	/** An id that is another record's. */
	OTHER_RECORD("Another record has the id", Problem.of(ProblemType.ID_REUSED,
			"The id of record 0 of the request (from 0), or its Idempotency-Key, is known in the topic with another payload.")
		.with("firstMismatch", 0)),

	/** The queue is full. */
	QUEUE_FULL("The queue is full",
			Problem.of(ProblemType.OVERLOADED, "10000 appends are queued, which is the limit.")),

	/** Too many registrations at a time. */
	REGISTRATIONS_BUSY("Too many registrations at a time",
			Problem.of(ProblemType.OVERLOADED, "More than 4 registrations are in progress.")),

	/** Too many readers that follow the log. */
	TOO_MANY_READERS("Too many readers that follow the log",
			Problem.of(ProblemType.OVERLOADED, "The most readers that may follow the log are here already.")),

	/** Too many reads at a time. */
	TOO_MANY_READS("Too many reads at a time",
			Problem.of(ProblemType.OVERLOADED, "More than 8 reads are in progress.")),

	/** A quota of requests, in the mode token. */
	TOO_MANY_REQUESTS("More requests a second than a quota gives",
			Problem.of(ProblemType.QUOTA_EXCEEDED, "orders-service may send 100 requests a second here.")
				.with("limit", "requests")
				.header("RateLimit-Policy", "\"requests\";q=100;w=1")
				.header("RateLimit", "\"requests\";r=0;t=1")),

	/** A quota of producers, in the mode token. */
	TOO_MANY_PRODUCERS("More producers than a quota gives",
			Problem.of(ProblemType.QUOTA_EXCEEDED, "orders-service may own 20 producers, and has them.")
				.with("limit", "producers")
				.header("Retry-After", "60")
				.header("RateLimit-Policy", "\"producers\";q=20")
				.header("RateLimit", "\"producers\";r=0")),

	/** A quota of live readers, in the mode token. */
	TOO_MANY_LIVE_READERS("More live readers than a quota gives",
			Problem.of(ProblemType.QUOTA_EXCEEDED, "orders-service may follow the log 5 times at once here.")
				.with("limit", "live-readers")
				.header("RateLimit-Policy", "\"live-readers\";q=5;qu=\"concurrent-requests\"")
				.header("RateLimit", "\"live-readers\";r=0")),

	/** A fault of the gateway. */
	FAULT("A fault in the gateway", Problem.of(ProblemType.INTERNAL_ERROR, "The gateway failed unexpectedly.")),

	/** The commit was not confirmed. */
	NOT_CONFIRMED("A commit that was not confirmed",
			Problem.of(ProblemType.STORE_UNAVAILABLE, "The database did not confirm the append.")),

	/** No answer in time. */
	NO_ANSWER("No answer in time",
			Problem.of(ProblemType.STORE_UNAVAILABLE, "There was no answer within 10000 ms. The outcome is unknown.")),

	/** The database is away. */
	DATABASE_AWAY("The database is away",
			Problem.of(ProblemType.STORE_UNAVAILABLE, "The database did not answer as it should."));

	/** What any operation may answer. */
	static final Set<ProblemExample> ANYWHERE = EnumSet.of(NOT_LOCAL, NO_CREDENTIAL, UNKNOWN_PARAMETER, WRONG_METHOD,
			WRONG_ACCEPT, TOO_MANY_REQUESTS, FAULT, DATABASE_AWAY);

	private final String summary;

	private final Problem problem;

	ProblemExample(String summary, Problem problem) {
		this.summary = summary;
		this.problem = problem;
	}

	String summary() {
		return this.summary;
	}

	Problem problem() {
		return this.problem;
	}

	/** The example's name in the document, such as {@code older-epoch}. */
	String slug() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	static ProblemExample bySlug(String slug) {
		return valueOf(slug.toUpperCase(Locale.ROOT).replace('-', '_'));
	}

}
