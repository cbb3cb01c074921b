package org.exactlyonce.gateway.topic;

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

import org.springframework.http.ResponseEntity;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

/**
 * The description in the OpenAPI document of topics.
 */
@Tag(name = "Topics", description = "Logs of their own, each with its partitions")
interface TopicsApi {

	@Operation(operationId = "listTopics", summary = "List the topics",
			description = "By name; those that the caller may append to or read.")
	@ApiResponse(responseCode = "200", description = "The topics",
			content = @Content(mediaType = APPLICATION_JSON_VALUE,
					schema = @Schema(implementation = TopicsController.TopicList.class),
					examples = @ExampleObject(name = "topics", summary = "A topic beside the one that is always there",
							value = TopicExamples.TOPICS)))
	@AnswersWith(ProblemExample.TOO_MANY_READS)
	TopicsController.TopicList topics(HttpServletRequest request);

	@Operation(operationId = "getTopic", summary = "Look at a topic",
			description = "How many partitions it has, and how long they keep their records.")
	@ApiResponse(responseCode = "200", description = "The topic",
			content = @Content(mediaType = APPLICATION_JSON_VALUE, schema = @Schema(implementation = TopicView.class),
					examples = @ExampleObject(name = "topic", summary = "A topic", value = TopicExamples.TOPIC)))
	@AnswersWith({ ProblemExample.NO_SUCH_TOPIC, ProblemExample.TOO_MANY_READS })
	TopicView topic(@Parameter(description = "The topic's name", example = "orders",
			schema = @Schema(type = "string", maxLength = 249)) String topic);

	@Operation(operationId = "putTopic", summary = "Make a topic, or replace its settings", description = """
			A topic is a log of its own: a name, and partitions from 0 on, each with its own offsets and sequences. \
			A producer id is good for every topic.

			The whole setting is replaced: a retention that is left out is "for ever". Partitions that are left out \
			are as many as there are, or `gateway.partitions` for a new topic; a topic never loses one. The same \
			call again changes nothing. For administrators.""",
			requestBody = @RequestBody(content = @Content(mediaType = APPLICATION_JSON_VALUE,
					schema = @Schema(implementation = TopicRequest.Body.class),
					examples = @ExampleObject(name = "settings", summary = "Twelve partitions, kept for a week",
							value = TopicExamples.SETTINGS))))
	@ApiResponse(responseCode = "201", description = "A new topic, known to every replica from now on",
			headers = @Header(name = "Location", description = "Its path", required = true,
					schema = @Schema(type = "string", format = "uri-reference", example = "/topics/orders")),
			content = @Content(mediaType = APPLICATION_JSON_VALUE, schema = @Schema(implementation = TopicView.class),
					examples = @ExampleObject(name = "made", summary = "A new topic", value = TopicExamples.TOPIC)))
	@ApiResponse(responseCode = "200", description = "The topic was there, and is as it was asked for",
			content = @Content(mediaType = APPLICATION_JSON_VALUE, schema = @Schema(implementation = TopicView.class),
					examples = @ExampleObject(name = "set", summary = "The same call again",
							value = TopicExamples.TOPIC)))
	@AnswersWith({ ProblemExample.NOT_JSON, ProblemExample.FEWER_PARTITIONS, ProblemExample.SLOW_BODY,
			ProblemExample.BODY_TOO_LARGE, ProblemExample.FORM, ProblemExample.TOO_MANY_READS })
	ResponseEntity<TopicView> put(
			@Parameter(description = "The topic's name: 1 to 249 of A-Z, a-z, 0-9, `.`, `_` and `-`",
					example = "orders", schema = @Schema(type = "string", minLength = 1, maxLength = 249,
							pattern = "[A-Za-z0-9._-]{1,249}")) String topic,
			HttpServletRequest request);

	@Operation(operationId = "deleteTopic", summary = "Delete a topic", description = """
			From the answer on the topic is unknown to every replica. What it stored is purged in the background. A \
			topic that is made again under the name is a new one, whose sequences start at 0. `records` cannot be \
			deleted. For administrators.""")
	@ApiResponse(responseCode = "204", description = "It is deleted")
	@AnswersWith({ ProblemExample.NO_SUCH_TOPIC, ProblemExample.RECORDS_STAYS, ProblemExample.TOO_MANY_READS })
	ResponseEntity<Void> delete(@Parameter(description = "The topic's name", example = "orders",
			schema = @Schema(type = "string", maxLength = 249)) String topic, HttpServletRequest request);

}
