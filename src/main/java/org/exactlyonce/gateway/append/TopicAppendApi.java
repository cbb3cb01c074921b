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
import org.exactlyonce.gateway.incoming.SpreadBody;
import org.exactlyonce.gateway.problem.AnswersWith;
import org.exactlyonce.gateway.problem.ProblemExample;
import org.jspecify.annotations.Nullable;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;
import static org.springframework.http.MediaType.APPLICATION_NDJSON_VALUE;
import static org.springframework.http.MediaType.APPLICATION_OCTET_STREAM_VALUE;

/**
 * The description in the OpenAPI document of appending to a topic.
 */
@Tag(name = "Records")
interface TopicAppendApi {

	@Operation(operationId = "spreadRecords", summary = "Append records to a topic", description = """
			Appends records to the partitions of a topic, all of them or none, in one transaction. The gateway chooses \
			the partition: the one that the record names, else where its key belongs, as Kafka's Java producer has it \
			(murmur2), else a random one, the same for all such records of the request. Records of one partition \
			keep the order of the request.

			**Forms.** As for a partition: a document, NDJSON, or one record of any other type.

			**Delivery.** With ids exactly once: `id` in a record, `Idempotency-Key` for the request, or CloudEvents, \
			whose source and id are a record's id (binary, structured and batched, in JSON). An id is \
			unique in its topic; sent again with the same payload it is a duplicate, which is answered with the \
			original place, with another it is a **422**. Without ids at least once: after a timeout, a lost \
			connection, 429, 500 or 503 the same request again may store the records twice. With `acks=0`: at most \
			once. A producer's identity does not go here, as a sequence is of one partition: ask \
			`GET /topics/{topic}/partitions?key=` for it, and append there.""", parameters = {
			@Parameter(name = "acks", in = ParameterIn.QUERY,
					description = "When to answer: `all` is after the commit; `0` is before it, without an offset",
					schema = @Schema(type = "string", allowableValues = { "all", "0" }, defaultValue = "all")),
			@Parameter(name = "Idempotency-Key", in = ParameterIn.HEADER, description = """
					An id of the request as a whole: the same request again is a duplicate. In quotes, which may be \
					missing (IETF draft); not with a producer's identity, `id` or `acks=0`""",
					schema = @Schema(type = "string", minLength = 1, maxLength = 257)),
			@Parameter(name = "Record-Key", in = ParameterIn.HEADER,
					description = "The key of a record whose value is the body, in UTF-8",
					schema = @Schema(type = "string", maxLength = 8000)),
			@Parameter(name = "Record-Key-Base64", in = ParameterIn.HEADER,
					description = "The same in base64 (RFC 4648, section 4), instead of Record-Key",
					schema = @Schema(type = "string", format = "byte", maxLength = 8000)) },
			requestBody = @RequestBody(description = "The records", required = true, content = {
					@Content(mediaType = APPLICATION_JSON_VALUE, schema = @Schema(implementation = SpreadBody.class),
							examples = {
									@ExampleObject(name = "spread", summary = "By key, by number, and anywhere",
											value = AppendExamples.SPREAD),
									@ExampleObject(name = "ids", summary = "Exactly once, by an id",
											value = AppendExamples.IDS) }),
					@Content(mediaType = APPLICATION_NDJSON_VALUE,
							schema = @Schema(type = "string", description = "A TopicRecord a line"),
							examples = @ExampleObject(name = "lines", summary = "A record a line",
									value = AppendExamples.LINES)),
					@Content(mediaType = APPLICATION_OCTET_STREAM_VALUE, schema = @Schema(type = "string",
							format = "binary",
							description = "The value of one record. Stands for any type but the others and forms")),
					@Content(mediaType = AppendExamples.EVENT_TYPE,
							schema = @Schema(type = "object", description = "A CloudEvent 1.0, kept as it was sent"),
							examples = @ExampleObject(name = "event", summary = "Exactly once: a CloudEvent",
									value = AppendExamples.EVENT)),
					@Content(mediaType = AppendExamples.EVENTS_TYPE,
							schema = @Schema(type = "array", description = "CloudEvents, each a record"),
							examples = @ExampleObject(name = "events", summary = "Exactly once: CloudEvents",
									value = AppendExamples.EVENTS)) }))
	@ApiResponse(responseCode = "201", description = "Appended and durable",
			content = @Content(mediaType = APPLICATION_JSON_VALUE,
					schema = @Schema(implementation = TopicReceiptBody.class),
					examples = @ExampleObject(name = "spread", summary = "Where each record is",
							value = AppendExamples.SPREAD_APPENDED)))
	@ApiResponse(responseCode = "200", description = "All records are duplicates by their ids: none is stored again",
			headers = @Header(name = "Idempotent-Replayed", description = "Always true", required = true,
					schema = @Schema(type = "string", allowableValues = "true", example = "true")),
			content = @Content(mediaType = APPLICATION_JSON_VALUE,
					schema = @Schema(implementation = TopicReceiptBody.class),
					examples = @ExampleObject(name = "known", summary = "The original place",
							value = AppendExamples.SPREAD_KNOWN)))
	@ApiResponse(responseCode = "202",
			description = "`acks=0`: accepted, not committed yet; the outcome is never reported", content = @Content)
	@AnswersWith({ ProblemExample.NOT_JSON, ProblemExample.WRONG_FIELDS, ProblemExample.EMPTY_BATCH,
			ProblemExample.UNKNOWN_ACKS, ProblemExample.BROKEN_LINE, ProblemExample.NO_SUCH_TOPIC,
			ProblemExample.NO_SUCH_PARTITION, ProblemExample.SLOW_BODY, ProblemExample.TOO_MANY_RECORDS,
			ProblemExample.TOO_MANY_BYTES, ProblemExample.FORM_OF_RECORDS, ProblemExample.DOCUMENT_AS_BYTES,
			ProblemExample.NO_LENGTH, ProblemExample.OTHER_RECORD, ProblemExample.QUEUE_FULL,
			ProblemExample.NOT_CONFIRMED, ProblemExample.NO_ANSWER })
	@EventHeaders
	void append(
			@Parameter(description = "The topic", example = "records",
					schema = @Schema(type = "string", maxLength = 249)) @Nullable String topic,
			HttpServletRequest request, HttpServletResponse response);

}
