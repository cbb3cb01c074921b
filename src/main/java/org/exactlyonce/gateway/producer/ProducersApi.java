package org.exactlyonce.gateway.producer;

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
 * The description in the OpenAPI document of producers.
 */
@Tag(name = "Producers", description = "The handshake, and where a producer is")
interface ProducersApi {

	@Operation(operationId = "registerProducer", summary = "Register a producer",
			description = """
					Issues a `producerId`. Send it, with the epoch and a sequence, in every append.

					With a `name`, a later call finds the same producer again, whatever process it comes from. It **raises the \
					epoch**: from the moment this call is answered, no append of an older epoch can commit. Sequences go on \
					where they were, so the answer's `nextSequence` shows whether a request in doubt was committed.

					Without a body, or without a name, every call issues a new anonymous producer. Only `POST /producers/{producerId}/epoch` raises its epoch.

					If the answer is lost, call again: the epoch rises once more, and the newest answer counts.

					In the mode `token` the producer belongs to the principal that registers it: another's name is a \
					**403**, and its epoch is not raised.""",
			requestBody = @RequestBody(description = "A name, or nothing",
					content = @Content(mediaType = APPLICATION_JSON_VALUE,
							schema = @Schema(implementation = RegistrationBody.class),
							examples = {
									@ExampleObject(name = "anonymous", summary = "An anonymous producer",
											value = ProducerExamples.ANONYMOUS_REQUEST),
									@ExampleObject(name = "named", summary = "A named producer",
											value = ProducerExamples.NAMED_REQUEST) })))
	@ApiResponse(responseCode = "201", description = "A new producer, with epoch 0",
			headers = @Header(name = "Location", description = "The producer's path", required = true,
					schema = @Schema(type = "string", format = "uri-reference", example = "/producers/1")),
			content = @Content(mediaType = APPLICATION_JSON_VALUE,
					schema = @Schema(implementation = ProducerView.class),
					examples = {
							@ExampleObject(name = "anonymous", summary = "An anonymous producer",
									value = ProducerExamples.ANONYMOUS),
							@ExampleObject(name = "named", summary = "A named producer",
									value = ProducerExamples.NAMED) }))
	@ApiResponse(responseCode = "200",
			description = "A known name: the epoch is raised, the state is that after the fence",
			content = @Content(mediaType = APPLICATION_JSON_VALUE,
					schema = @Schema(implementation = ProducerView.class),
					examples = @ExampleObject(name = "named-again", summary = "A name that was known",
							value = ProducerExamples.NAMED_AGAIN)))
	@AnswersWith({ ProblemExample.TOO_MANY_PRODUCERS, ProblemExample.NOT_JSON, ProblemExample.BLANK_NAME,
			ProblemExample.SLOW_BODY, ProblemExample.BODY_TOO_LARGE, ProblemExample.FORM,
			ProblemExample.ANOTHERS_PRODUCER, ProblemExample.REGISTRATIONS_BUSY })
	ResponseEntity<ProducerView> register(HttpServletRequest request);

	@Operation(operationId = "raiseEpoch", summary = "Fence my own past", description = """
			**Raises the epoch** of any producer, an anonymous one too. From the moment this call is answered, no \
			append of an older epoch can commit, so a client that gave up on a request in doubt knows for certain: \
			the answer's `nextSequence` shows whether it was committed. Sequences go on where they were.

			With a `producerEpoch`, the epoch is raised only if it is that one: of several callers that hold the same \
			epoch one wins, the others are fenced. If the answer is lost, call again without it, or register again.""",
			requestBody = @RequestBody(description = "The epoch that is believed to be held, or nothing",
					content = @Content(mediaType = APPLICATION_JSON_VALUE,
							schema = @Schema(implementation = EpochBody.class),
							examples = {
									@ExampleObject(name = "any", summary = "Whatever the epoch is",
											value = ProducerExamples.ANONYMOUS_REQUEST),
									@ExampleObject(name = "believed", summary = "Only if it is this one",
											value = ProducerExamples.BELIEVED_EPOCH) })))
	@ApiResponse(responseCode = "200", description = "The epoch is raised, the state is that after the fence",
			content = @Content(mediaType = APPLICATION_JSON_VALUE,
					schema = @Schema(implementation = ProducerView.class),
					examples = @ExampleObject(name = "raised", summary = "An anonymous producer, fenced",
							value = ProducerExamples.RAISED)))
	@AnswersWith({ ProblemExample.NOT_JSON, ProblemExample.EPOCH_NEVER_ISSUED, ProblemExample.OLDER_EPOCH,
			ProblemExample.NO_SUCH_PRODUCER, ProblemExample.SLOW_BODY, ProblemExample.BODY_TOO_LARGE,
			ProblemExample.FORM, ProblemExample.REGISTRATIONS_BUSY })
	ProducerView raiseEpoch(
			@Parameter(description = "The producer's id", example = "1", schema = @Schema(type = "integer",
					format = "int64", minimum = "0", maximum = "9007199254740991")) String producerId,
			HttpServletRequest request);

	@Operation(operationId = "giveProducer", summary = "Give a producer away",
			description = """
					Sets the principal that a producer belongs to, whatever its owner was: from the moment this call is \
					answered, no append of the former owner can commit. Null takes its owner from it: it becomes that of the first \
					principal that registers or appends as it. Sequences and epoch stay. For administrators only. The body may \
					come as `application/merge-patch+json` too.""",
			requestBody = @RequestBody(description = "The owner from now on", required = true,
					content = @Content(mediaType = APPLICATION_JSON_VALUE,
							schema = @Schema(implementation = OwnerBody.class),
							examples = @ExampleObject(name = "owner", summary = "To a principal",
									value = ProducerExamples.GIVEN_TO))))
	@ApiResponse(responseCode = "200", description = "The producer is given away",
			content = @Content(mediaType = APPLICATION_JSON_VALUE,
					schema = @Schema(implementation = ProducerView.class),
					examples = @ExampleObject(name = "given", summary = "A producer with an owner",
							value = ProducerExamples.GIVEN)))
	@AnswersWith({ ProblemExample.NOT_JSON, ProblemExample.NO_SUCH_PRODUCER, ProblemExample.SLOW_BODY,
			ProblemExample.BODY_TOO_LARGE, ProblemExample.FORM, ProblemExample.REGISTRATIONS_BUSY })
	ProducerView giveProducer(
			@Parameter(description = "The producer's id", example = "1", schema = @Schema(type = "integer",
					format = "int64", minimum = "0", maximum = "9007199254740991")) String producerId,
			HttpServletRequest request);

	@Operation(operationId = "getProducer", summary = "Where was I?", description = """
			One producer, with the last committed and the next expected sequence of each partition it has written to. \
			Does not fence: while another process may still send under the same name, register instead. Another \
			principal's producer is a 404, except for administrators.""")
	@ApiResponse(responseCode = "200", description = "The producer",
			content = @Content(mediaType = APPLICATION_JSON_VALUE,
					schema = @Schema(implementation = ProducerView.class),
					examples = @ExampleObject(name = "named", summary = "A named producer",
							value = ProducerExamples.NAMED_AGAIN)))
	@AnswersWith(ProblemExample.NO_SUCH_PRODUCER)
	ProducerView producer(
			@Parameter(description = "The producer's id", example = "1", schema = @Schema(type = "integer",
					format = "int64", minimum = "0", maximum = "9007199254740991")) String producerId,
			HttpServletRequest request);

	@Operation(operationId = "listProducers", summary = "List or find producers", description = """
			Pages through all producers in the order of their ids, or finds one by its name: an unknown name is an \
			empty list. Administrators see all of them, others their own. A page also ends where its producers \
			have very many partitions: `next` is where to go on.""")
	@ApiResponse(responseCode = "200", description = "The producers",
			content = @Content(mediaType = APPLICATION_JSON_VALUE,
					schema = @Schema(implementation = ProducersController.ProducerPage.class),
					examples = @ExampleObject(name = "page", summary = "The only page", value = ProducerExamples.PAGE)))
	@AnswersWith(ProblemExample.LIMIT_OUT_OF_RANGE)
	ProducersController.ProducerPage producers(
			@Parameter(description = "The name to find, such as orders-api; without it, all producers are listed",
					schema = @Schema(type = "string", minLength = 1, maxLength = 255)) @Nullable String name,
			@Parameter(description = "How many producers a page may have",
					schema = @Schema(type = "integer", format = "int32", minimum = "1", maximum = "1000",
							defaultValue = "100")) @Nullable String limit,
			@Parameter(description = "The id after which the page starts: `next` of the page before",
					schema = @Schema(type = "integer", format = "int64", minimum = "0",
							maximum = "9007199254740991")) @Nullable String after,
			@Parameter(hidden = true) HttpServletRequest request);

}
