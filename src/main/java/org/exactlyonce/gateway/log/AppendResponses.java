package org.exactlyonce.gateway.log;

import java.time.Duration;

import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.sequence.AppendDecision;
import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/**
 * Turns an append's outcome into HTTP.
 */
final class AppendResponses {

	private final AppendRequest request;

	private final SentIdentity.Place place;

	private final @Nullable Duration wait;

	private final long startedNanos = System.nanoTime();

	/**
	 * Prepares the answer to an append that is about to be submitted.
	 * @param request the append
	 * @param place where its identity was sent, which names the fields in errors
	 * @param wait the wait it is granted for its predecessors, if any
	 */
	AppendResponses(AppendRequest request, SentIdentity.Place place, @Nullable Duration wait) {
		this.request = request;
		this.place = place;
		this.wait = wait;
	}

	ResponseEntity<Object> of(AppendOutcome outcome) {
		ResponseEntity<Object> response = answer(outcome);
		if (this.wait == null || isRefusedSooner(outcome, this.wait)) {
			return response;
		}
		return ResponseEntity.status(response.getStatusCode())
			.headers(response.getHeaders())
			.header("Preference-Applied", "wait=" + this.wait.toSeconds())
			.body(response.getBody());
	}

	/**
	 * Whether it was not held, or not as long as was asked for: a batch that is committed
	 * in part, one too many in flight, or a gateway that stops.
	 */
	private boolean isRefusedSooner(AppendOutcome outcome, Duration wait) {
		return outcome instanceof AppendOutcome.Refused refused
				&& refused.refusal() instanceof AppendDecision.OutOfOrder
				&& System.nanoTime() - this.startedNanos < wait.toNanos();
	}

	private ResponseEntity<Object> answer(AppendOutcome outcome) {
		if (outcome instanceof AppendOutcome.Stored stored) {
			return stored(stored.receipt());
		}
		if (outcome instanceof AppendOutcome.Reused reused) {
			return reused(this.request, reused.firstMismatch());
		}
		if (outcome instanceof AppendOutcome.Refused refused) {
			return refused.refusal().explain(new Refusals(this.request, this.place)).toResponse();
		}
		if (outcome instanceof AppendOutcome.Overloaded overloaded) {
			return Problem.of(ProblemType.OVERLOADED, overloaded.detail()).toResponse();
		}
		throw new IllegalStateException("An append was answered before it was judged");
	}

	private static ResponseEntity<Object> stored(Receipt receipt) {
		ResponseEntity.BodyBuilder response = ResponseEntity
			.status(receipt.duplicate() ? HttpStatus.OK : HttpStatus.CREATED);
		if (receipt.duplicate()) {
			response.header("Idempotent-Replayed", "true");
		}
		if (receipt.nextSequence() != null) {
			response.header("Producer-Next-Seq", receipt.nextSequence().toString());
		}
		return response.body(receipt);
	}

	private static ResponseEntity<Object> reused(AppendRequest request, long firstMismatch) {
		return Problem
			.of(ProblemType.SEQUENCE_REUSED,
					"Sequence %s of producer %s in partition %s is committed with another payload."
						.formatted(firstMismatch, producerId(request), request.partition()))
			.with("firstMismatch", firstMismatch)
			.toResponse();
	}

	private static long producerId(AppendRequest request) {
		ProducerIdentity identity = request.identity();
		return (identity != null) ? identity.producerId() : -1;
	}

	/** The problems for what the sequence rule refuses. */
	private record Refusals(AppendRequest request,
			SentIdentity.Place place) implements AppendDecision.Reasons<Problem> {

		@Override
		public Problem outOfOrder(AppendDecision.OutOfOrder refusal) {
			String detail = "Producer %s sent sequences %s to %s to partition %s, the next expected is %s.".formatted(
					producerId(this.request), refusal.received(), this.request.range().last(), this.request.partition(),
					refusal.expected());
			return Problem.of(ProblemType.OUT_OF_ORDER_SEQUENCE_NUMBER, detail)
				.with("expectedSequence", refusal.expected())
				.with("receivedSequence", refusal.received())
				.header("Producer-Expected-Seq", refusal.expected())
				.header("Producer-Received-Seq", refusal.received());
		}

		@Override
		public Problem fenced(AppendDecision.Fenced refusal) {
			return Problem
				.of(ProblemType.PRODUCER_FENCED,
						"Producer %s sent epoch %s, the current epoch is %s.".formatted(producerId(this.request),
								epoch(), refusal.currentEpoch()))
				.with("currentEpoch", refusal.currentEpoch())
				.header("Producer-Epoch", refusal.currentEpoch());
		}

		@Override
		public Problem epochNeverIssued(AppendDecision.EpochNeverIssued refusal) {
			return Problem.invalid(this.place.producerEpoch(), "is %s, but the newest epoch of producer %s is %s"
				.formatted(epoch(), producerId(this.request), refusal.currentEpoch()));
		}

		@Override
		public Problem unknownProducer(AppendDecision.UnknownProducer refusal) {
			return Problem.of(ProblemType.UNKNOWN_PRODUCER_ID,
					"Producer %s was never registered.".formatted(producerId(this.request)));
		}

		private long epoch() {
			ProducerIdentity identity = this.request.identity();
			return (identity != null) ? identity.producerEpoch() : -1;
		}

	}

}
