package org.exactlyonce.gateway.log;

import java.util.concurrent.CompletableFuture;

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
import org.exactlyonce.gateway.problem.ProblemExample;
import org.exactlyonce.gateway.problem.Problems;
import org.jspecify.annotations.Nullable;

import org.springframework.http.ResponseEntity;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

/**
 * What the OpenAPI document says about records.
 */
@Tag(name = "Records", description = "Append to a partition of the log, and read it back")
interface RecordsApi {

	@Operation(operationId = "appendRecords", summary = "Append records", description = """
			Appends a batch, all of it or nothing. The gateway keeps the last committed sequence of each producer in \
			each partition; the next expected sequence is one more, the first is 0.

			* The batch starts at the next expected sequence: **201**, it is appended.
			* Every sequence of it is already committed, with the same payload: **200**, and the receipt has the \
			original offsets, however old they are and however the records were batched the first time.
			* It starts later, or is committed in part: **409**. Nothing is stored.
			* It carries another payload under a committed sequence: **422**. Nothing is stored.
			* It carries an older epoch: **403**. Someone registered the name again.

			After a timeout, a lost connection, 429, 500 or 503, send the same request with the **same** sequences \
			again: what carries a `producerId` and a `baseSequence` is not stored twice.

			The body is strict JSON: an unknown or a repeated field, a fraction or text in place of a number is a 400, \
			never a guess.""",
			parameters = @Parameter(name = "acks", in = ParameterIn.QUERY,
					description = "When to answer: `all` is after the commit",
					schema = @Schema(type = "string", allowableValues = "all", defaultValue = "all")),
			requestBody = @RequestBody(description = "The producer's identity, and the records", required = true,
					content = @Content(mediaType = APPLICATION_JSON_VALUE,
							schema = @Schema(implementation = AppendBody.class),
							examples = {
									@ExampleObject(name = "exactly-once",
											summary = "Exactly once: a producer's first batch",
											value = LogExamples.EXACTLY_ONCE),
									@ExampleObject(name = "bytes",
											summary = "Exactly once: bytes instead of JSON, the next batch",
											value = LogExamples.BYTES),
									@ExampleObject(name = "at-least-once", summary = "At least once: no identity",
											value = LogExamples.AT_LEAST_ONCE) })))
	@ApiResponse(responseCode = "201", description = "Appended and durable",
			headers = @Header(name = "Producer-Next-Seq",
					description = "`nextSequence`; not sent for an append without an identity",
					schema = @Schema(type = "integer", format = "int64", example = "2")),
			content = @Content(mediaType = APPLICATION_JSON_VALUE, schema = @Schema(implementation = Receipt.class),
					examples = {
							@ExampleObject(name = "exactly-once", summary = "Appended exactly once",
									value = LogExamples.APPENDED),
							@ExampleObject(name = "at-least-once", summary = "Appended without an identity",
									value = LogExamples.APPENDED_AT_LEAST_ONCE) }))
	@ApiResponse(responseCode = "200", description = "A duplicate: committed before, not stored again",
			headers = {
					@Header(name = "Idempotent-Replayed", description = "Always true", required = true,
							schema = @Schema(type = "string", allowableValues = "true", example = "true")),
					@Header(name = "Producer-Next-Seq", required = true,
							description = "`nextSequence`, which may be far ahead of `lastSequence`",
							schema = @Schema(type = "integer", format = "int64", example = "3")) },
			content = @Content(mediaType = APPLICATION_JSON_VALUE, schema = @Schema(implementation = Receipt.class),
					examples = @ExampleObject(name = "duplicate", summary = "The original offsets",
							value = LogExamples.DUPLICATE)))
	@Problems({ ProblemExample.NOT_JSON, ProblemExample.WRONG_FIELDS, ProblemExample.HALF_IDENTITY,
			ProblemExample.EMPTY_BATCH, ProblemExample.EPOCH_NEVER_ISSUED, ProblemExample.UNKNOWN_ACKS,
			ProblemExample.OLDER_EPOCH, ProblemExample.NO_SUCH_PARTITION, ProblemExample.NO_SUCH_PRODUCER,
			ProblemExample.SLOW_BODY, ProblemExample.GAP, ProblemExample.STRADDLING, ProblemExample.TOO_MANY_RECORDS,
			ProblemExample.TOO_MANY_BYTES, ProblemExample.FORM, ProblemExample.OTHER_PAYLOAD, ProblemExample.QUEUE_FULL,
			ProblemExample.NOT_CONFIRMED, ProblemExample.NO_ANSWER })
	CompletableFuture<ResponseEntity<Object>> append(
			@Parameter(description = "The partition, numbered from 0", example = "0",
					schema = @Schema(type = "integer", format = "int32", minimum = "0")) String partition,
			HttpServletRequest request);

	@Operation(operationId = "readRecords", summary = "Read records", description = """
			A page of committed records in the order of their offsets. A plain, repeatable read: no session, no side \
			effect. Go on with `offset` = `nextOffset`; at the end of the log the page is empty.""")
	@ApiResponse(responseCode = "200", description = "The page",
			content = @Content(mediaType = APPLICATION_JSON_VALUE, schema = @Schema(implementation = RecordPage.class),
					examples = @ExampleObject(name = "page", summary = "JSON values and bytes",
							value = LogExamples.PAGE)))
	@Problems({ ProblemExample.NEGATIVE_OFFSET, ProblemExample.NO_SUCH_PARTITION })
	RecordPage read(
			@Parameter(description = "The partition, numbered from 0", example = "0",
					schema = @Schema(type = "integer", format = "int32", minimum = "0")) String partition,
			@Parameter(description = "The first record's offset; past the end, the page is empty",
					schema = @Schema(type = "integer", format = "int64", minimum = "0", maximum = "9007199254740991",
							defaultValue = "0")) @Nullable String offset,
			@Parameter(
					description = "How many records a page may have; it also ends at 8 MiB, unless configured otherwise, but holds one record at least",
					schema = @Schema(type = "integer", format = "int32", minimum = "1", maximum = "10000",
							defaultValue = "100")) @Nullable String limit);

}
