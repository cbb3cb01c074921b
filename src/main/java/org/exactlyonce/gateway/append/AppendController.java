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
import org.exactlyonce.gateway.incoming.AppendParser;
import org.exactlyonce.gateway.incoming.IncomingAppend;
import org.exactlyonce.gateway.incoming.PartitionBatch;
import org.exactlyonce.gateway.log.DurableEnds;
import org.exactlyonce.gateway.request.Preferences;
import org.exactlyonce.gateway.request.QueryParameters;
import org.exactlyonce.gateway.request.Requester;
import org.exactlyonce.gateway.request.RequestProperties;
import org.exactlyonce.gateway.sequence.AppendIdentity;
import org.exactlyonce.gateway.topic.KnownTopics;
import org.exactlyonce.gateway.topic.TopicPartition;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Appends to a partition, in every form and delivery mode.
 */
@RestController
class AppendController implements AppendApi {

	private final AppendParser parser;

	private final KnownTopics topics;

	private final Lanes lanes;

	private final LateAnswers answers;

	private final Audit audit;

	private final Executor executor;

	private final Duration maxWait;

	AppendController(AppendParser parser, KnownTopics topics, Lanes lanes, DurableEnds ends, LateAnswers answers,
			Audit audit, RequestProperties properties) {
		this.parser = parser;
		this.topics = topics;
		this.executor = ends.workers();
		this.lanes = lanes;
		this.answers = answers;
		this.audit = audit;
		this.maxWait = properties.maxWait();
	}

	@Override
	@QueryParameters(value = "acks", reportedWithBody = true)
	@PostMapping(path = { "/partitions/{partition}/records", "/topics/{topic}/partitions/{partition}/records" },
			produces = MediaType.APPLICATION_JSON_VALUE)
	public void append(@PathVariable(required = false) @Nullable String topic, @PathVariable String partition,
			HttpServletRequest request, HttpServletResponse response) {
		IncomingAppend<PartitionBatch> incoming = this.parser.read(request);
		this.answers.send(incoming, request, response, () -> append(incoming, topic, partition, request));
	}

	private CompletableFuture<ResponseEntity<Object>> append(IncomingAppend<PartitionBatch> incoming,
			@Nullable String topic, String partition, HttpServletRequest request) {
		if (incoming.batch().hasIds()) {
			this.answers.requirePlaces(request, incoming.batch().count());
		}
		Duration wait = Preferences.waitUpTo(request, this.maxWait);
		Patience patience = (wait != null && incoming.sent().isPresent()) ? Patience.upTo(wait) : Patience.NONE;
		String principal = Requester.of(request).name();
		return this.topics.withLater(topic, partition, (found) -> {
			AppendIdentity identity = incoming.sent().isPresent() ? incoming.identity()
					: incoming.batch().identity(found.topicId(), found.number());
			AppendRequest append = new AppendRequest(found.id(), identity, incoming.batch().encoded(), patience,
					principal);
			return answered(append, found, incoming, request);
		}, this.executor);
	}

	private CompletableFuture<ResponseEntity<Object>> answered(AppendRequest append, TopicPartition partition,
			IncomingAppend<PartitionBatch> incoming, HttpServletRequest request) {
		AppendResponses responses = new AppendResponses(append, partition, incoming.place());
		CompletableFuture<AppendOutcome> submitted = incoming.acknowledged() ? this.lanes.submit(append)
				: this.lanes.submitUnacknowledged(append);
		return submitted.thenApply((outcome) -> {
			if (outcome.isOfAnotherOwner()) {
				this.audit.denied(append.principal(), request, "to append as a producer of another principal");
			}
			return responses.of(outcome);
		});
	}

}
