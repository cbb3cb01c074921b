package org.exactlyonce.gateway.append;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.exactlyonce.gateway.incoming.AppendBody;
import org.exactlyonce.gateway.problem.AnswersWith;
import org.exactlyonce.gateway.problem.ProblemExample;
import org.jspecify.annotations.Nullable;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;
import static org.springframework.http.MediaType.APPLICATION_NDJSON_VALUE;
import static org.springframework.http.MediaType.APPLICATION_OCTET_STREAM_VALUE;

/**
 * The description in the OpenAPI document of appending.
 */
@Tag(name = "Records", description = "Append to a partition of the log, and read it back")
interface AppendApi {

	/** What Preference-Applied says. */
	String GRANTED = "`wait=N`, the seconds that were granted, if `Prefer` asked to wait";

	@Operation(operationId = "appendRecords", summary = "Append records",
			description = """
					Appends a batch, all of it or nothing. The gateway keeps the last committed sequence of each producer in \
					each partition; the next expected sequence is one more, the first is 0.

					* The batch starts at the next expected sequence: **201**, it is appended.
					* Every sequence of it is already committed, with the same payload: **200**, and the receipt has the \
					original offsets, however old they are and however the records were batched the first time.
					* It starts later, or is committed in part: **409**. Nothing is stored.
					* It carries another payload under a committed sequence: **422**. Nothing is stored.
					* It carries an older epoch: **403**. The name was registered again.
					* The producer belongs to another principal: **403**, before all but an unknown partition or producer.

					After a timeout, a lost connection, 429, 500 or 503, send the same request with the **same** sequences \
					again: what carries a `producerId` and a `baseSequence` is not stored twice.

					**Forms.** `application/json` carries identity and records in one strict document: an unknown or a \
					repeated field, a fraction or text in place of a number is a 400, never a guess. `application/x-ndjson` \
					(also `application/ndjson`, `application/jsonl`, `application/x-jsonlines`) carries a record a line, and \
					the identity in headers. Any other type is one record whose value is the body, byte for byte, with the \
					identity and the key in headers. A type that ends in `+json` is a JSON value; so is `application/json` \
					with a `Producer-Id` header. A retry may come in another form.

					**Ids.** A client that cannot count sends ids: `id` in a record, `Idempotency-Key` for the request, or CloudEvents, \
					whose source and id are a record's id (binary, structured and batched, in JSON). An id is \
					unique in its topic; sent again with the same payload it is a duplicate, with another it is a **422**. \
					The answer is then that of `POST /topics/{topic}/records`.

					**Delivery.** With an identity or ids: exactly once. Without: at least once. With `acks=0`: at most \
					once, answered before the commit.""",
			parameters = { @Parameter(name = "acks", in = ParameterIn.QUERY, description = """
					When to answer: `all` is after the commit; `0` is before it, without an offset, and goes with no \
					identity""",
					schema = @Schema(type = "string", allowableValues = { "all", "0" }, defaultValue = "all")),
					@Parameter(name = "Producer-Id", in = ParameterIn.HEADER,
							description = "The id that POST /producers issued. Not with a JSON document, which has its own",
							schema = @Schema(type = "integer", format = "int64", minimum = "0",
									maximum = "9007199254740991")),
					@Parameter(name = "Producer-Epoch", in = ParameterIn.HEADER,
							description = "The epoch that POST /producers answered with; left out: 0",
							schema = @Schema(type = "integer", format = "int64", minimum = "0",
									maximum = "9007199254740991")),
					@Parameter(name = "Producer-Seq", in = ParameterIn.HEADER,
							description = "The sequence of the record, or of the first line",
							schema = @Schema(type = "integer", format = "int64", minimum = "0",
									maximum = "9007199254740991")),
					@Parameter(name = "Idempotency-Key", in = ParameterIn.HEADER,
							description = """
									An id of the request as a whole: the same request again is a duplicate. In quotes, which may be \
									missing (IETF draft); not with a producer's identity, `id` or `acks=0`""",
							schema = @Schema(type = "string", minLength = 1, maxLength = 257)),
					@Parameter(name = "Record-Key", in = ParameterIn.HEADER,
							description = "The key of a record whose value is the body, in UTF-8",
							schema = @Schema(type = "string", maxLength = 8000)),
					@Parameter(name = "Record-Key-Base64", in = ParameterIn.HEADER,
							description = "The same in base64 (RFC 4648, section 4), instead of Record-Key",
							schema = @Schema(type = "string", format = "byte", maxLength = 8000)),
					@Parameter(name = "Prefer", in = ParameterIn.HEADER, description = """
							`wait=N`: if predecessors are missing, wait up to N seconds for them before the 409; 10 at \
							the most unless the gateway is configured otherwise (RFC 7240). So several requests can be \
							in flight: five wait at a time for each producer and partition, the next gets its 409 at \
							once""", schema = @Schema(type = "string", maxLength = 200)) },
			requestBody = @RequestBody(description = "The producer's identity, and the records", required = true,
					content = {
							@Content(mediaType = APPLICATION_JSON_VALUE,
									schema = @Schema(implementation = AppendBody.class),
									examples = { @ExampleObject(
											name = "exactly-once", summary = "Exactly once: a producer's first batch",
											value = AppendExamples.EXACTLY_ONCE),
											@ExampleObject(name = "bytes",
													summary = "Exactly once: bytes instead of JSON, the next batch",
													value = AppendExamples.BYTES),
											@ExampleObject(name = "at-least-once",
													summary = "At least once: no identity",
													value = AppendExamples.AT_LEAST_ONCE) }),
							@Content(mediaType = APPLICATION_NDJSON_VALUE,
									schema = @Schema(type = "string", description = "A Record a line"),
									examples = @ExampleObject(name = "lines", summary = "A record a line",
											value = AppendExamples.LINES)),
							@Content(mediaType = APPLICATION_OCTET_STREAM_VALUE, schema = @Schema(type = "string",
									format = "binary",
									description = "The value of one record. Stands for any type but the others and forms")),
							@Content(mediaType = AppendExamples.EVENT_TYPE,
									schema = @Schema(type = "object",
											description = "A CloudEvent 1.0, kept as it was sent"),
									examples = @ExampleObject(name = "event", summary = "Exactly once: a CloudEvent",
											value = AppendExamples.EVENT)),
							@Content(mediaType = AppendExamples.EVENTS_TYPE,
									schema = @Schema(type = "array", description = "CloudEvents, each a record"),
									examples = @ExampleObject(name = "events", summary = "Exactly once: CloudEvents",
											value = AppendExamples.EVENTS)) }))
	@ApiResponse(responseCode = "201",
			description = "Appended and durable; with ids the answer says where each record is",
			headers = {
					@Header(name = "Producer-Next-Seq",
							description = "`nextSequence`; not sent for an append without an identity",
							schema = @Schema(type = "integer", format = "int64", example = "2")),
					@Header(name = "Preference-Applied", description = AppendApi.GRANTED,
							schema = @Schema(type = "string", example = "wait=2")) },
			content = @Content(mediaType = APPLICATION_JSON_VALUE,
					schema = @Schema(oneOf = { ReceiptBody.class, TopicReceiptBody.class }),
					examples = {
							@ExampleObject(name = "exactly-once", summary = "Appended exactly once",
									value = AppendExamples.APPENDED),
							@ExampleObject(name = "at-least-once", summary = "Appended without an identity",
									value = AppendExamples.APPENDED_AT_LEAST_ONCE) }))
	@ApiResponse(responseCode = "200", description = "A duplicate: committed before, not stored again",
			headers = {
					@Header(name = "Idempotent-Replayed", description = "Always true", required = true,
							schema = @Schema(type = "string", allowableValues = "true", example = "true")),
					@Header(name = "Producer-Next-Seq",
							description = "`nextSequence`, which may be far ahead of `lastSequence`; not sent for ids",
							schema = @Schema(type = "integer", format = "int64", example = "3")),
					@Header(name = "Preference-Applied", description = AppendApi.GRANTED,
							schema = @Schema(type = "string", example = "wait=2")) },
			content = @Content(mediaType = APPLICATION_JSON_VALUE,
					schema = @Schema(oneOf = { ReceiptBody.class, TopicReceiptBody.class }),
					examples = @ExampleObject(name = "duplicate", summary = "The original offsets",
							value = AppendExamples.DUPLICATE)))
	@ApiResponse(responseCode = "202",
			description = "`acks=0`: accepted, not committed yet; the outcome is never reported", content = @Content)
	@AnswersWith({ ProblemExample.NOT_JSON, ProblemExample.WRONG_FIELDS, ProblemExample.HALF_IDENTITY,
			ProblemExample.EMPTY_BATCH, ProblemExample.EPOCH_NEVER_ISSUED, ProblemExample.UNKNOWN_ACKS,
			ProblemExample.ACKS_AND_IDENTITY, ProblemExample.BROKEN_LINE, ProblemExample.OLDER_EPOCH,
			ProblemExample.ANOTHERS_PRODUCER, ProblemExample.NO_SUCH_TOPIC, ProblemExample.NO_SUCH_PARTITION,
			ProblemExample.NO_SUCH_PRODUCER, ProblemExample.SLOW_BODY, ProblemExample.GAP,
			ProblemExample.GAP_AFTER_WAIT, ProblemExample.STRADDLING, ProblemExample.TOO_MANY_RECORDS,
			ProblemExample.TOO_MANY_BYTES, ProblemExample.FORM_OF_RECORDS, ProblemExample.DOCUMENT_AS_BYTES,
			ProblemExample.NO_LENGTH, ProblemExample.OTHER_PAYLOAD, ProblemExample.OTHER_RECORD,
			ProblemExample.QUEUE_FULL, ProblemExample.NOT_CONFIRMED, ProblemExample.NO_ANSWER })
	@EventHeaders
	void append(
			@Parameter(description = "The topic", example = "records",
					schema = @Schema(type = "string", maxLength = 249)) @Nullable String topic,
			@Parameter(description = "The partition, numbered from 0", example = "0",
					schema = @Schema(type = "integer", format = "int32", minimum = "0")) String partition,
			HttpServletRequest request, HttpServletResponse response);

}
