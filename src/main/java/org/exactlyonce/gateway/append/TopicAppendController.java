package org.exactlyonce.gateway.append;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.exactlyonce.gateway.commit.AppendOutcome;
import org.exactlyonce.gateway.commit.AppendRequest;
import org.exactlyonce.gateway.commit.Lanes;
import org.exactlyonce.gateway.incoming.AppendParser;
import org.exactlyonce.gateway.incoming.IncomingAppend;
import org.exactlyonce.gateway.incoming.SpreadBatch;
import org.exactlyonce.gateway.log.DurableEnds;
import org.exactlyonce.gateway.request.QueryParameters;
import org.exactlyonce.gateway.request.Requester;
import org.exactlyonce.gateway.topic.KnownTopics;
import org.exactlyonce.gateway.topic.TopicLayout;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Append to a topic: the gateway chooses the partitions.
 */
@RestController
class TopicAppendController implements TopicAppendApi {

	private final AppendParser parser;

	private final KnownTopics topics;

	private final Lanes lanes;

	private final LateAnswers answers;

	private final Executor executor;

	TopicAppendController(AppendParser parser, KnownTopics topics, Lanes lanes, DurableEnds ends, LateAnswers answers) {
		this.parser = parser;
		this.topics = topics;
		this.lanes = lanes;
		this.executor = ends.workers();
		this.answers = answers;
	}

	@Override
	@QueryParameters(value = "acks", reportedWithBody = true)
	@PostMapping(path = { "/records", "/topics/{topic}/records" }, produces = MediaType.APPLICATION_JSON_VALUE)
	public void append(@PathVariable(required = false) @Nullable String topic, HttpServletRequest request,
			HttpServletResponse response) {
		IncomingAppend<SpreadBatch> incoming = this.parser.readSpread(request);
		String principal = Requester.of(request).name();
		this.answers.send(incoming, request, response, () -> this.topics.withLater(topic,
				incoming.batch().highestPartition(), (found) -> append(incoming, found, principal), this.executor));
	}

	/** An answer may have an entry for each of 10 000 records: no work for a lane. */
	private CompletableFuture<ResponseEntity<Object>> append(IncomingAppend<SpreadBatch> incoming, TopicLayout topic,
			@Nullable String principal) {
		Spread spread = new Spread(incoming.batch(), topic);
		AppendRequest append = spread.toRequest(principal);
		CompletableFuture<AppendOutcome> submitted = incoming.acknowledged() ? this.lanes.submit(append)
				: this.lanes.submitUnacknowledged(append);
		return submitted.thenApplyAsync((outcome) -> outcome.match(new TopicAppendResponses(spread)), this.executor);
	}

}
