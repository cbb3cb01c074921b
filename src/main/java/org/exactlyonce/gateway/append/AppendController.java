package org.exactlyonce.gateway.append;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.exactlyonce.gateway.access.Audit;
import org.exactlyonce.gateway.commit.AppendOutcome;
import org.exactlyonce.gateway.commit.AppendRequest;
import org.exactlyonce.gateway.commit.Lanes;
import org.exactlyonce.gateway.commit.Patience;
import org.exactlyonce.gateway.log.DurableEnds;
import org.exactlyonce.gateway.process.ProcessEnd;
import org.exactlyonce.gateway.request.Preferences;
import org.exactlyonce.gateway.request.QueryParameters;
import org.exactlyonce.gateway.request.Requester;
import org.exactlyonce.gateway.request.RequestProperties;
import org.exactlyonce.gateway.topic.KnownTopics;
import org.exactlyonce.gateway.topic.PartitionGoneException;
import org.exactlyonce.gateway.topic.TopicPartition;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Append, in every form and delivery mode.
 */
@RestController
class AppendController implements AppendApi {

	private final AppendParser parser;

	private final KnownTopics topics;

	private final Lanes lanes;

	private final JsonMapper json;

	private final Audit audit;

	private final Executor executor;

	private final Duration maxWait;

	AppendController(AppendParser parser, KnownTopics topics, Lanes lanes, DurableEnds ends, JsonMapper json,
			Audit audit, RequestProperties properties) {
		this.parser = parser;
		this.topics = topics;
		this.executor = ends.workers();
		this.lanes = lanes;
		this.json = json;
		this.audit = audit;
		this.maxWait = properties.maxWait();
	}

	@Override
	@QueryParameters(value = "acks", reportedWithBody = true)
	@PostMapping(path = { "/partitions/{partition}/records", "/topics/{topic}/partitions/{partition}/records" },
			produces = MediaType.APPLICATION_JSON_VALUE)
	public void append(@PathVariable(required = false) @Nullable String topic, @PathVariable String partition,
			HttpServletRequest request, HttpServletResponse response) {
		IncomingAppend incoming = this.parser.read(request);
		try {
			CompletableFuture<ResponseEntity<Object>> outcome = incoming.acknowledged()
					? acknowledged(incoming, topic, partition, request)
					: unacknowledged(incoming, topic, partition, request);
			LateAnswer late = new LateAnswer(request, response, this.json);
			outcome.whenComplete((answer, failure) -> ProcessEnd.guarded(() -> late.send(answer, failure)).run());
		}
		catch (RuntimeException | Error ex) {
			incoming.memory().close();
			throw ex;
		}
	}

	private CompletableFuture<ResponseEntity<Object>> acknowledged(IncomingAppend incoming, @Nullable String topic,
			String partition, HttpServletRequest request) {
		Duration wait = Preferences.waitUpTo(request, this.maxWait);
		Patience patience = (wait != null && incoming.identity().isPresent()) ? Patience.upTo(wait) : Patience.NONE;
		String principal = Requester.of(request).name();
		return this.topics
			.withLater(topic, partition,
					(found) -> answered(incoming.to(found, patience, principal), found, incoming.place(), request),
					this.executor)
			.whenComplete((outcome, failure) -> incoming.memory().close());
	}

	private CompletableFuture<ResponseEntity<Object>> answered(AppendRequest append, TopicPartition partition,
			SentIdentity.Place place, HttpServletRequest request) {
		AppendResponses responses = new AppendResponses(append, partition, place);
		return this.lanes.submit(append).thenApply((outcome) -> {
			if (outcome.isOfAnotherOwner()) {
				this.audit.denied(append.principal(), request, "to append as a producer of another principal");
			}
			return responses.of(outcome);
		});
	}

	/** What is known by now is answered; the memory is held until the commit. */
	private CompletableFuture<ResponseEntity<Object>> unacknowledged(IncomingAppend incoming, @Nullable String topic,
			String partition, HttpServletRequest request) {
		String principal = Requester.of(request).name();
		CompletableFuture<AppendOutcome> outcome = this.topics
			.withLater(topic, partition,
					(found) -> this.lanes.submitUnacknowledged(incoming.to(found, Patience.NONE, principal))
						.thenApply((known) -> unlessGone(known, found)),
					this.executor)
			.whenComplete((ignored, failure) -> incoming.memory().close());
		ResponseEntity<Object> accepted = ResponseEntity.accepted().build();
		return outcome.isCompletedExceptionally() ? outcome.thenApply((ignored) -> accepted)
				: CompletableFuture.completedFuture(accepted);
	}

	private static AppendOutcome unlessGone(AppendOutcome outcome, TopicPartition partition) {
		if (outcome instanceof AppendOutcome.Gone) {
			throw new PartitionGoneException();
		}
		return outcome;
	}

}
