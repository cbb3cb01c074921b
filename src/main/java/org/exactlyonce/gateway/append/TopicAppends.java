package org.exactlyonce.gateway.append;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.exactlyonce.gateway.commit.AppendOutcome;
import org.exactlyonce.gateway.commit.AppendRequest;
import org.exactlyonce.gateway.commit.Lanes;
import org.exactlyonce.gateway.incoming.AppendParser;
import org.exactlyonce.gateway.incoming.IncomingAppend;
import org.exactlyonce.gateway.incoming.SpreadBatch;
import org.exactlyonce.gateway.log.DurableEnds;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.request.BodyMemory;
import org.exactlyonce.gateway.request.Requester;
import org.exactlyonce.gateway.topic.KnownTopics;
import org.jspecify.annotations.Nullable;

import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/**
 * Appends records to topics, whose partitions it chooses, and answers when the outcome is
 * durable.
 */
@Component
public class TopicAppends {

	private final AppendParser parser;

	private final KnownTopics topics;

	private final Lanes lanes;

	private final LateAnswers answers;

	private final Executor executor;

	TopicAppends(AppendParser parser, KnownTopics topics, Lanes lanes, DurableEnds ends, LateAnswers answers) {
		this.parser = parser;
		this.topics = topics;
		this.lanes = lanes;
		this.executor = ends.workers();
		this.answers = answers;
	}

	/**
	 * Reads what a request appends, and appends it.
	 * @param topic the topic's name, or null for {@code records}
	 * @param request the request, its body unread
	 * @param response its response, which is sent later
	 * @throws ProblemException 4xx if nothing can be appended
	 */
	void append(@Nullable String topic, HttpServletRequest request, HttpServletResponse response) {
		append(this.parser.readSpread(request), topic, Requester.of(request).name(), request, response);
	}

	/**
	 * Appends one record.
	 * @param topic the topic's name
	 * @param record the record; exactly once if it has an id, else at least once
	 * @param idDecides whether it is the same as others with its id that say so, whatever
	 * is in them: its sender says so
	 * @param memory what was read of the request, closed when it is answered
	 * @param principal who shares lanes with others, or null
	 * @param request the request
	 * @param response its response, which is sent later
	 * @throws ProblemException 404 if there is no such topic, 413 if the value is too
	 * large
	 */
	public void append(String topic, LogRecord record, boolean idDecides, BodyMemory memory, @Nullable String principal,
			HttpServletRequest request, HttpServletResponse response) {
		append(this.parser.ofRecord(record, idDecides, memory), topic, principal, request, response);
	}

	private void append(IncomingAppend<SpreadBatch> incoming, @Nullable String topic, @Nullable String principal,
			HttpServletRequest request, HttpServletResponse response) {
		this.answers.send(incoming, request, response, () -> {
			this.answers.requirePlaces(request, incoming.batch().count());
			return append(incoming, topic, principal);
		});
	}

	/** Spread anew if the topic is another by the time of the commit, or has grown. */
	private CompletableFuture<ResponseEntity<Object>> append(IncomingAppend<SpreadBatch> incoming,
			@Nullable String topic, @Nullable String principal) {
		SpreadBatch batch = incoming.batch();
		boolean acknowledged = incoming.acknowledged();
		AtomicReference<@Nullable Spread> before = new AtomicReference<>();
		return this.topics.withLater(topic, batch.highestPartition(), (found) -> {
			Spread former = before.get();
			Spread spread = (former != null) ? former.over(found) : Spread.of(batch, found);
			before.set(spread);
			return append(spread, acknowledged, principal);
		}, this.executor);
	}

	private CompletableFuture<ResponseEntity<Object>> append(Spread spread, boolean acknowledged,
			@Nullable String principal) {
		AppendRequest append = spread.toRequest(principal);
		CompletableFuture<AppendOutcome> submitted = acknowledged ? this.lanes.submit(append)
				: this.lanes.submitUnacknowledged(append);
		return submitted.thenApply((outcome) -> outcome.match(new TopicAppendResponses(spread)));
	}

}
