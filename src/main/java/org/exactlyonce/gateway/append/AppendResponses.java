package org.exactlyonce.gateway.append;

import org.exactlyonce.gateway.commit.AppendOutcome;
import org.exactlyonce.gateway.commit.AppendRequest;
import org.exactlyonce.gateway.commit.Patience;
import org.exactlyonce.gateway.commit.Receipt;
import org.exactlyonce.gateway.incoming.SentIdentity;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.sequence.AppendDecision;
import org.exactlyonce.gateway.sequence.AppendIdentity;
import org.exactlyonce.gateway.topic.PartitionGoneException;
import org.exactlyonce.gateway.topic.TopicPartition;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/**
 * Turns an append's outcome into HTTP.
 */
final class AppendResponses implements AppendOutcome.Cases<ResponseEntity<Object>> {

	private final AppendRequest request;

	private final TopicPartition partition;

	private final SentIdentity.Place place;

	/**
	 * Prepares the answer to an append that is about to be submitted.
	 * @param request the append
	 * @param partition its partition
	 * @param place where its identity was sent, which names the fields in errors
	 */
	AppendResponses(AppendRequest request, TopicPartition partition, SentIdentity.Place place) {
		this.request = request;
		this.partition = partition;
		this.place = place;
	}

	ResponseEntity<Object> of(AppendOutcome outcome) {
		ResponseEntity<Object> response = outcome.match(this);
		Patience patience = this.request.patience();
		if (!patience.isGranted() || isRefusedSooner(outcome, patience)) {
			return response;
		}
		return ResponseEntity.status(response.getStatusCode())
			.headers(response.getHeaders())
			.header("Preference-Applied", "wait=" + patience.timeout().toSeconds())
			.body(response.getBody());
	}

	/**
	 * Whether it was not held, or not as long as was asked for: a batch that is committed
	 * in part, one too many in flight, or a gateway that stops.
	 */
	private static boolean isRefusedSooner(AppendOutcome outcome, Patience patience) {
		return outcome instanceof AppendOutcome.Refused refused
				&& refused.refusal() instanceof AppendDecision.OutOfOrder && !patience.isOver(System.nanoTime());
	}

	@Override
	public ResponseEntity<Object> stored(AppendOutcome.Stored outcome) {
		Receipt receipt = outcome.receipt();
		ResponseEntity.BodyBuilder response = ResponseEntity
			.status(receipt.duplicate() ? HttpStatus.OK : HttpStatus.CREATED);
		if (receipt.duplicate()) {
			response.header("Idempotent-Replayed", "true");
		}
		if (receipt.nextSequence() != null) {
			response.header("Producer-Next-Seq", receipt.nextSequence().toString());
		}
		return response.body(ReceiptBody.of(this.partition, receipt));
	}

	@Override
	public ResponseEntity<Object> refused(AppendOutcome.Refused outcome) {
		return outcome.refusal().explain(new RefusedAppend(this.partition, identity(), this.place)).toResponse();
	}

	@Override
	public ResponseEntity<Object> reused(AppendOutcome.Reused outcome) {
		return Problem
			.of(ProblemType.SEQUENCE_REUSED,
					"Sequence %s of producer %s in partition %s is committed with another payload."
						.formatted(outcome.firstMismatch(), identity().producer().producerId(), this.partition))
			.with("firstMismatch", outcome.firstMismatch())
			.toResponse();
	}

	@Override
	public ResponseEntity<Object> placed(AppendOutcome.Placed outcome) {
		return IdResponses.placed(this.partition.topic(), outcome);
	}

	@Override
	public ResponseEntity<Object> idReused(AppendOutcome.IdReused outcome) {
		return IdResponses.reused(outcome);
	}

	@Override
	public ResponseEntity<Object> overloaded(AppendOutcome.Overloaded outcome) {
		return Problem.of(ProblemType.OVERLOADED, outcome.detail()).toResponse();
	}

	@Override
	public ResponseEntity<Object> gone(AppendOutcome.Gone outcome) {
		throw new PartitionGoneException();
	}

	private AppendIdentity.Sequenced identity() {
		return this.request.sequenced()
			.orElseThrow(() -> new IllegalStateException("An append without an identity was judged by its sequences"));
	}

	/** The problems for what the sequence rule refuses. */
	private record RefusedAppend(TopicPartition partition, AppendIdentity.Sequenced identity,
			SentIdentity.Place place) implements AppendDecision.Reasons<Problem> {

		@Override
		public Problem outOfOrder(AppendDecision.OutOfOrder refusal) {
			String detail = "Producer %s sent sequences %s to %s to partition %s; the next expected is %s.".formatted(
					producerId(), refusal.received(), this.identity.range().last(), this.partition, refusal.expected());
			return Problem.outOfOrder(detail, refusal.expected(), refusal.received());
		}

		@Override
		public Problem fenced(AppendDecision.Fenced refusal) {
			return Problem
				.of(ProblemType.PRODUCER_FENCED,
						"Producer %s sent epoch %s; the current epoch is %s.".formatted(producerId(), epoch(),
								refusal.currentEpoch()))
				.with("currentEpoch", refusal.currentEpoch())
				.header("Producer-Epoch", refusal.currentEpoch());
		}

		@Override
		public Problem epochNeverIssued(AppendDecision.EpochNeverIssued refusal) {
			return Problem.invalid(this.place.producerEpoch(), "is %s, but the newest epoch of producer %s is %s"
				.formatted(epoch(), producerId(), refusal.currentEpoch()));
		}

		@Override
		public Problem unknownProducer(AppendDecision.UnknownProducer refusal) {
			return Problem.of(ProblemType.UNKNOWN_PRODUCER_ID,
					"Producer %s was never registered.".formatted(producerId()));
		}

		@Override
		public Problem notOwner(AppendDecision.NotOwner refusal) {
			return Problem.of(ProblemType.NOT_OWNER,
					"Producer %s belongs to another principal.".formatted(producerId()));
		}

		private long producerId() {
			return this.identity.producer().producerId();
		}

		private long epoch() {
			return this.identity.producer().producerEpoch();
		}

	}

}
