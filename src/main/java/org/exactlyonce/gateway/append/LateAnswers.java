package org.exactlyonce.gateway.append;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.exactlyonce.gateway.incoming.IncomingAppend;
import org.exactlyonce.gateway.process.ProcessEnd;
import org.exactlyonce.gateway.request.BodyMemory;
import org.exactlyonce.gateway.request.ResponseMemory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/**
 * Answers appends when their outcome is known; with {@code acks=0} at once.
 */
@Component
class LateAnswers {

	/** More of them are counted: a place is some 60 bytes of JSON. */
	private static final int FEW = 100;

	private static final long PLACE_BYTES = 64;

	private final JsonMapper json;

	private final ResponseMemory memory;

	LateAnswers(JsonMapper json, ResponseMemory memory) {
		this.json = json;
		this.memory = memory;
	}

	/**
	 * Makes sure of the memory for an answer that has the place of each record.
	 * @param request the request
	 * @param records how many there are
	 * @throws org.exactlyonce.gateway.problem.ProblemException 429 if there is too little
	 */
	void requirePlaces(HttpServletRequest request, int records) {
		if (records > FEW) {
			this.memory.of(request).require(records * PLACE_BYTES);
		}
	}

	/**
	 * Answers an append. Its memory is held until the outcome is known.
	 * @param incoming the append
	 * @param request the request
	 * @param response its response, still empty
	 * @param work hands the append to its lane
	 */
	void send(IncomingAppend<?> incoming, HttpServletRequest request, HttpServletResponse response,
			Supplier<CompletableFuture<ResponseEntity<Object>>> work) {
		BodyMemory memory = incoming.memory();
		try {
			CompletableFuture<ResponseEntity<Object>> outcome = work.get()
				.whenComplete((answer, failure) -> memory.close());
			CompletableFuture<ResponseEntity<Object>> known = (incoming.acknowledged()
					|| outcome.isCompletedExceptionally()) ? outcome
							: CompletableFuture.completedFuture(ResponseEntity.accepted().build());
			LateAnswer late = new LateAnswer(request, response, this.json);
			known.whenComplete((answer, failure) -> ProcessEnd.guarded(() -> late.send(answer, failure)).run());
		}
		catch (RuntimeException | Error ex) {
			memory.close();
			throw ex;
		}
	}

}
