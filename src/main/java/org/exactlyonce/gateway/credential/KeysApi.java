package org.exactlyonce.gateway.credential;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import org.exactlyonce.gateway.problem.AnswersWith;
import org.exactlyonce.gateway.problem.ProblemExample;
import org.jspecify.annotations.Nullable;

import org.springframework.http.ResponseEntity;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

/**
 * The description in the OpenAPI document of access keys.
 */
@Tag(name = "Keys", description = "Who may do what, in the mode token")
interface KeysApi {

	@Operation(operationId = "makeKey", summary = "Make an access key", description = """
			Makes a key for a principal. The answer has the key, **this once**: the gateway keeps its SHA-256. \
			Send it in every request: `Authorization: Bearer eog_...`.

			Two keys may have one name: make the new one, hand it out, revoke the old one. For administrators, in \
			the mode token.""", requestBody = @RequestBody(required = true,
			content = @Content(mediaType = APPLICATION_JSON_VALUE, schema = @Schema(implementation = KeyBody.class),
					examples = @ExampleObject(name = "producer", summary = "For a service that appends",
							value = KeyExamples.REQUEST))))
	@ApiResponse(responseCode = "201", description = "The key",
			headers = @Header(name = "Location", description = "Its path", required = true,
					schema = @Schema(type = "string", format = "uri-reference", example = "/keys/1")),
			content = @Content(mediaType = APPLICATION_JSON_VALUE, schema = @Schema(implementation = KeyView.class),
					examples = @ExampleObject(name = "made", summary = "A new key", value = KeyExamples.MADE)))
	@AnswersWith({ ProblemExample.NOT_JSON, ProblemExample.SLOW_BODY, ProblemExample.BODY_TOO_LARGE,
			ProblemExample.FORM })
	ResponseEntity<KeyView> make(HttpServletRequest request);

	@Operation(operationId = "listKeys", summary = "List the access keys",
			description = "Who may do what, until when, and when each key was used last. No answer has the key itself.")
	@ApiResponse(responseCode = "200", description = "The keys",
			content = @Content(mediaType = APPLICATION_JSON_VALUE,
					schema = @Schema(implementation = KeysController.KeyPage.class),
					examples = @ExampleObject(name = "page", summary = "The only page", value = KeyExamples.PAGE)))
	@AnswersWith(ProblemExample.LIMIT_OUT_OF_RANGE)
	KeysController.KeyPage keys(
			@Parameter(description = "How many keys a page may have",
					schema = @Schema(type = "integer", format = "int32", minimum = "1", maximum = "1000",
							defaultValue = "1000")) @Nullable String limit,
			@Parameter(description = "The id after which the page starts: `next` of the page before",
					schema = @Schema(type = "integer", format = "int64", minimum = "0",
							maximum = "9007199254740991")) @Nullable String after);

	@Operation(operationId = "getKey", summary = "Look at an access key",
			description = "Whose it is, what it is for, until when, and when it was used last.")
	@ApiResponse(responseCode = "200", description = "The key, without the key itself",
			content = @Content(mediaType = APPLICATION_JSON_VALUE, schema = @Schema(implementation = KeyView.class),
					examples = @ExampleObject(name = "key", summary = "A key", value = KeyExamples.KEY)))
	@AnswersWith(ProblemExample.NO_SUCH_KEY)
	KeyView key(@Parameter(description = "The key's id", example = "1",
			schema = @Schema(type = "integer", format = "int64", minimum = "0")) String id);

	@Operation(operationId = "revokeKey", summary = "Revoke an access key",
			description = "Refused from now on here, and on every replica within 5 seconds.")
	@ApiResponse(responseCode = "204", description = "It is revoked")
	@AnswersWith(ProblemExample.NO_SUCH_KEY)
	ResponseEntity<Void> revoke(
			@Parameter(description = "The key's id", example = "1",
					schema = @Schema(type = "integer", format = "int64", minimum = "0")) String id,
			HttpServletRequest request);

}
