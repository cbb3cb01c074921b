package org.exactlyonce.gateway.topic;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import org.exactlyonce.gateway.problem.AnswersWith;
import org.exactlyonce.gateway.problem.ProblemExample;
import org.jspecify.annotations.Nullable;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

/**
 * The description in the OpenAPI document of partitions.
 */
@Tag(name = "Partitions", description = "Where each partition of a topic starts and ends")
interface PartitionsApi {

	@Operation(operationId = "listPartitions", summary = "List the partitions", description = """
			All partitions of the topic in the order of their numbers, which start at 0 and have no holes; with `key` \
			only the one that records of this key belong to, as Kafka's Java producer has it.""")
	@ApiResponse(responseCode = "200", description = "The partitions",
			content = @Content(mediaType = APPLICATION_JSON_VALUE,
					schema = @Schema(implementation = PartitionsController.PartitionList.class),
					examples = @ExampleObject(name = "partitions", summary = "A log of two partitions",
							value = TopicExamples.PARTITIONS)))
	@AnswersWith({ ProblemExample.NO_SUCH_TOPIC, ProblemExample.TOO_MANY_READS })
	PartitionsController.PartitionList partitions(
			@Parameter(description = "The topic", example = "records",
					schema = @Schema(type = "string", maxLength = 249)) @Nullable String topic,
			@Parameter(description = "The key of records, in UTF-8; empty is the empty key", example = "customer-7",
					schema = @Schema(type = "string", maxLength = 8000)) @Nullable String key,
			HttpServletRequest request);

	@Operation(operationId = "getPartition", summary = "Look at one partition",
			description = "Where the partition starts and ends, and how many producers have written to it.")
	@ApiResponse(responseCode = "200", description = "The partition",
			content = @Content(mediaType = APPLICATION_JSON_VALUE,
					schema = @Schema(implementation = PartitionsController.PartitionView.class),
					examples = @ExampleObject(name = "partition", summary = "A partition with records",
							value = TopicExamples.PARTITION)))
	@AnswersWith({ ProblemExample.NO_SUCH_TOPIC, ProblemExample.NO_SUCH_PARTITION })
	PartitionsController.PartitionView partition(
			@Parameter(description = "The topic", example = "records",
					schema = @Schema(type = "string", maxLength = 249)) @Nullable String topic,
			@Parameter(description = "The partition, numbered from 0", example = "0",
					schema = @Schema(type = "integer", format = "int32", minimum = "0")) String partition);

}
