package org.exactlyonce.gateway.append;

import org.exactlyonce.gateway.commit.AppendOutcome;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.topic.PartitionGoneException;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/**
 * Turns the outcome of an append to a topic into HTTP.
 *
 * @param spread where its records went
 */
record TopicAppendResponses(Spread spread) implements AppendOutcome.Cases<ResponseEntity<Object>> {

	@Override
	public ResponseEntity<Object> stored(AppendOutcome.Stored outcome) {
		return ResponseEntity.status(HttpStatus.CREATED).body(this.spread.toBody(outcome.receipts()));
	}

	@Override
	public ResponseEntity<Object> refused(AppendOutcome.Refused outcome) {
		throw sequenced();
	}

	@Override
	public ResponseEntity<Object> reused(AppendOutcome.Reused outcome) {
		throw sequenced();
	}

	@Override
	public ResponseEntity<Object> placed(AppendOutcome.Placed outcome) {
		return IdResponses.placed(this.spread.topic(), outcome);
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

	private static IllegalStateException sequenced() {
		return new IllegalStateException("An append without an identity was judged by its sequences");
	}

}
