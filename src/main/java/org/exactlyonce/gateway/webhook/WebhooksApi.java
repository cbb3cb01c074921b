package org.exactlyonce.gateway.webhook;

import java.io.IOException;

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
import jakarta.servlet.http.HttpServletResponse;
import org.exactlyonce.gateway.problem.AnswersWith;
import org.exactlyonce.gateway.problem.ProblemExample;

import static org.springframework.http.MediaType.ALL_VALUE;
import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

/**
 * The description in the OpenAPI document of webhooks.
 */
@Tag(name = "Webhooks", description = "Events of senders that sign them")
interface WebhooksApi {

	@Operation(operationId = "deliverWebhook", summary = "Deliver an event", description = """
			For the senders of webhooks: Stripe, GitHub, Shopify, Slack, senders that follow Standard Webhooks, and \
			others that sign with an HMAC. `gateway.webhooks.<source>` says for each source its topic, its scheme \
			and its secrets.

			The signature is checked on the bytes as they came; with a wrong one nothing is stored. An event is \
			stored once, by its id: every later delivery of it is a 200 with the place of the first. A source \
			without an id stores each delivery.

			The body is the record's value, byte for byte (JSON as JSON), whatever its type. Query parameters are \
			passed over, and so is `Accept`. Slack's `url_verification` is answered with its challenge, as text.""",
			requestBody = @RequestBody(description = "The event", required = true,
					content = @Content(mediaType = ALL_VALUE,
							schema = @Schema(type = "string", format = "binary", description = "Of any media type"),
							examples = @ExampleObject(name = "event", summary = "As Stripe sends it",
									value = WebhookExamples.EVENT))))
	@ApiResponse(responseCode = "201", description = "Stored and durable", content = @Content(
			mediaType = APPLICATION_JSON_VALUE, schema = @Schema(ref = "#/components/schemas/TopicReceipt"),
			examples = @ExampleObject(name = "stored", summary = "Where it is", value = WebhookExamples.STORED)))
	@ApiResponse(responseCode = "200", description = "Delivered before: stored once, and where",
			headers = @Header(name = "Idempotent-Replayed", description = "`true`: nothing was stored now",
					schema = @Schema(type = "boolean")),
			content = @Content(mediaType = APPLICATION_JSON_VALUE,
					schema = @Schema(ref = "#/components/schemas/TopicReceipt"),
					examples = @ExampleObject(name = "duplicate", summary = "The place of the first delivery",
							value = WebhookExamples.DUPLICATE)))
	@AnswersWith({ ProblemExample.NO_EVENT_ID, ProblemExample.BAD_SIGNATURE, ProblemExample.NO_SUCH_SOURCE,
			ProblemExample.NO_SUCH_TOPIC, ProblemExample.SLOW_BODY, ProblemExample.NO_LENGTH,
			ProblemExample.TOO_MANY_BYTES, ProblemExample.OTHER_RECORD, ProblemExample.QUEUE_FULL,
			ProblemExample.NOT_CONFIRMED, ProblemExample.NO_ANSWER })
	void deliver(
			@Parameter(description = "The source's name in `gateway.webhooks`", example = "shop",
					schema = @Schema(type = "string", maxLength = 64)) String source,
			HttpServletRequest request, HttpServletResponse response) throws IOException;

}
