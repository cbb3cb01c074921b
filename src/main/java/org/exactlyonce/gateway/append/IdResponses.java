package org.exactlyonce.gateway.append;

import org.exactlyonce.gateway.commit.AppendOutcome;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemType;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/**
 * Turns the outcome of an append with ids into HTTP.
 */
final class IdResponses {

	private IdResponses() {
	}

	static ResponseEntity<Object> placed(String topic, AppendOutcome.Placed outcome) {
		TopicReceiptBody body = TopicReceiptBody.ofPlaces(topic, outcome.places());
		ResponseEntity.BodyBuilder response = ResponseEntity
			.status(body.duplicate() ? HttpStatus.OK : HttpStatus.CREATED);
		if (body.duplicate()) {
			response.header("Idempotent-Replayed", "true");
		}
		return response.body(body);
	}

	static ResponseEntity<Object> reused(AppendOutcome.IdReused outcome) {
		return Problem.of(ProblemType.ID_REUSED,
				"The id of record %d of the request (from 0), or its Idempotency-Key, is known in the topic with another payload."
					.formatted(outcome.firstMismatch()))
			.with("firstMismatch", outcome.firstMismatch())
			.toResponse();
	}

}
