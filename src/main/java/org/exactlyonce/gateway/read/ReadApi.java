package org.exactlyonce.gateway.read;

import java.io.IOException;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
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

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;
import static org.springframework.http.MediaType.APPLICATION_NDJSON_VALUE;
import static org.springframework.http.MediaType.TEXT_EVENT_STREAM_VALUE;

/**
 * The description in the OpenAPI document of reading.
 */
@Tag(name = "Records", description = "Append to a partition of the log, and read it back")
interface ReadApi {

	@Operation(operationId = "readRecords", summary = "Read records", description = """
			Committed records in the order of their offsets, none left out. A plain, repeatable read: no session, no \
			side effect.

			* `Accept: application/json` gives a page. Go on with `offset` = `nextOffset`; at the end of the log the \
			page is empty.
			* `Accept: application/x-ndjson` (also `application/ndjson`, `application/jsonl`, \
			`application/x-jsonlines`) gives a page with a record a line. Go on with `offset` = the header \
			`Next-Offset`.
			* `Accept: text/event-stream` follows the log: an event a record, whose id is the offset, for as long as \
			the client stays. Try it with `curl -N`; Swagger UI shows nothing before the end.

			With `Prefer: wait=10` a page that would be empty waits that long for a record (long poll).""",
			parameters = { @Parameter(name = "Prefer", in = ParameterIn.HEADER, example = "wait=10",
					description = "`wait=N`: wait up to N seconds for a record, 10 at the most unless the gateway is configured otherwise (RFC 7240)",
					schema = @Schema(type = "string", maxLength = 200)),
					@Parameter(name = "Last-Event-ID", in = ParameterIn.HEADER,
							description = "With `text/event-stream`: the id of the last event that was seen; the stream goes on behind it, whatever `offset` says",
							schema = @Schema(type = "integer", format = "int64", minimum = "0",
									maximum = "9007199254740991")) })
	@ApiResponse(responseCode = "200", description = "The records",
			headers = {
					@Header(name = "Preference-Applied",
							description = "`wait=N`, the seconds that were granted, if `Prefer` asked to wait",
							schema = @Schema(type = "string", example = "wait=10")),
					@Header(name = "Next-Offset", description = "With NDJSON: the offset of the next page",
							schema = @Schema(type = "integer", format = "int64", example = "910")),
					@Header(name = "Log-End-Offset",
							description = "With NDJSON: the offset that the partition's next record will get",
							schema = @Schema(type = "integer", format = "int64", example = "910")) },
			content = {
					@Content(mediaType = APPLICATION_JSON_VALUE, schema = @Schema(implementation = RecordPage.class),
							examples = @ExampleObject(name = "page", summary = "JSON values and bytes",
									value = ReadExamples.PAGE)),
					@Content(mediaType = APPLICATION_NDJSON_VALUE, schema = @Schema(implementation = RecordItem.class),
							examples = @ExampleObject(name = "lines", summary = "A record a line",
									value = ReadExamples.LINES)),
					@Content(mediaType = TEXT_EVENT_STREAM_VALUE, schema = @Schema(type = "string",
							description = "Events whose id is the offset and whose data is a StoredRecord in one line; a comment every 15 seconds"),
							examples = @ExampleObject(name = "events", summary = "An event, then a comment",
									value = ReadExamples.EVENTS)) })
	@AnswersWith({ ProblemExample.NEGATIVE_OFFSET, ProblemExample.NO_SUCH_TOPIC, ProblemExample.NO_SUCH_PARTITION,
			ProblemExample.BEYOND_THE_END, ProblemExample.TOO_MANY_READERS, ProblemExample.TOO_MANY_LIVE_READERS })
	@Nullable Object read(
			@Parameter(description = "The topic", example = "records",
					schema = @Schema(type = "string", maxLength = 249)) @Nullable String topic,
			@Parameter(description = "The partition, numbered from 0", example = "0",
					schema = @Schema(type = "integer", format = "int32", minimum = "0")) String partition,
			@Parameter(
					description = "The first record's offset, `earliest` or `latest`; past the end, a page is empty, and a stream is a 410; what is deleted is a 410",
					schema = @Schema(type = "string", maxLength = 16, pattern = "[0-9]{1,16}|earliest|latest",
							defaultValue = "earliest")) @Nullable String offset,
			@Parameter(
					description = "Starts at the first record that was appended at this time or later, instead of `offset`",
					schema = @Schema(type = "string", format = "date-time", maxLength = 40)) @Nullable String since,
			@Parameter(
					description = "How many records a page may have; it also ends at 8 MiB, unless configured otherwise, but holds one record at least. A stream has no pages",
					schema = @Schema(type = "integer", format = "int32", minimum = "1", maximum = "10000",
							defaultValue = "100")) @Nullable String limit,
			HttpServletRequest request, HttpServletResponse response) throws IOException;

}
