package org.exactlyonce.gateway.read;

import java.io.IOException;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.exactlyonce.gateway.problem.AnswersWith;
import org.exactlyonce.gateway.problem.ProblemExample;
import org.jspecify.annotations.Nullable;

import static org.springframework.http.MediaType.APPLICATION_NDJSON_VALUE;
import static org.springframework.http.MediaType.APPLICATION_OCTET_STREAM_VALUE;

/**
 * The description in the OpenAPI document of reading one record.
 */
@Tag(name = "Records", description = "Append to a partition of the log, and read it back")
interface RecordApi {

	@Operation(operationId = "readRecord", summary = "Read one record", description = """
			Answers with the record's value, byte for byte, as its own media type; the rest comes as headers, but for \
			the record's own headers. With `Accept: application/x-ndjson`, or one of its other names, it is the \
			record's line, which has all of it.

			A record never changes, so that caches keep it, if it is of `records`: another topic may be deleted, and \
			made again under its name. Browsers do not run what is in it: they save what they \
			would run.""")
	@ApiResponse(responseCode = "200", description = "The record",
			headers = {
					@Header(name = "Record-Offset", required = true, description = "The offset",
							schema = @Schema(type = "integer", format = "int64", example = "0")),
					@Header(name = "Record-Timestamp", required = true,
							description = "The given time, else the time of the append",
							schema = @Schema(type = "string", format = "date-time", example = "2026-11-23T10:00:00Z")),
					@Header(name = "Record-Key", description = "The key, in UTF-8, if it can be a header",
							schema = @Schema(type = "string", example = "customer-7")),
					@Header(name = "Record-Key-Base64", description = "Any other key",
							schema = @Schema(type = "string", format = "byte", example = "/w==")),
					@Header(name = "Record-Key-Length",
							description = "The bytes of a key of more than 2048, which only the record's line has",
							schema = @Schema(type = "integer", format = "int32", example = "3000")),
					@Header(name = "Record-Tombstone", description = "`true` for a record without a value",
							schema = @Schema(type = "string", example = "true")),
					@Header(name = "Record-Id", description = "The id it was sent with, if it can be a header",
							schema = @Schema(type = "string", example = "order-1001")),
					@Header(name = "Producer-Id", description = "Its producer; none for an append without an identity",
							schema = @Schema(type = "integer", format = "int64", example = "1")),
					@Header(name = "Producer-Epoch", description = "The epoch it was sent under",
							schema = @Schema(type = "integer", format = "int64", example = "0")),
					@Header(name = "Producer-Seq", description = "Its sequence",
							schema = @Schema(type = "integer", format = "int64", example = "0")),
					@Header(name = "ETag", required = true, description = "To ask again with `If-None-Match`",
							schema = @Schema(type = "string", example = "\"5f3759df5f3759df5f3759df5f3759df\"")),
					@Header(name = "Content-Disposition", description = "`attachment` for what a browser might run",
							schema = @Schema(type = "string", example = "attachment")) },
			content = {
					@Content(mediaType = APPLICATION_OCTET_STREAM_VALUE,
							schema = @Schema(type = "string", format = "binary",
									description = "The value. Stands for any type; a JSON value is application/json"),
							examples = @ExampleObject(name = "value", summary = "A JSON value, as it was sent",
									value = "{\"total\":12.5}")),
					@Content(mediaType = APPLICATION_NDJSON_VALUE, schema = @Schema(implementation = RecordItem.class),
							examples = @ExampleObject(name = "line", summary = "The record's line",
									value = ReadExamples.LINE)) })
	@ApiResponse(responseCode = "304", description = "The record is the one that the client has", content = @Content)
	@AnswersWith({ ProblemExample.NO_SUCH_TOPIC, ProblemExample.NO_SUCH_PARTITION, ProblemExample.NO_SUCH_OFFSET,
			ProblemExample.TOO_MANY_READS })
	void record(
			@Parameter(description = "The topic", example = "records",
					schema = @Schema(type = "string", maxLength = 249)) @Nullable String topic,
			@Parameter(description = "The partition, numbered from 0", example = "0",
					schema = @Schema(type = "integer", format = "int32", minimum = "0")) String partition,
			@Parameter(description = "The record's offset", example = "0",
					schema = @Schema(type = "integer", format = "int64", minimum = "0",
							maximum = "9007199254740991")) String offset,
			HttpServletRequest request, HttpServletResponse response) throws IOException;

}
