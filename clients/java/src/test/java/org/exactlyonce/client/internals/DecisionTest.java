package org.exactlyonce.client.internals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.exactlyonce.client.Delivery;
import org.exactlyonce.client.Transport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What answers mean for a batch of the sequences 10 and 11 that was sent when all below 8
 * was known to be stored, in epoch 7.
 */
class DecisionTest {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
			201 | {"partition":0,"baseSequence":10,"baseOffset":5,"lastOffset":6} | STORED | -
			200 | {"partition":0,"baseSequence":10,"baseOffset":5,"lastOffset":6,"duplicate":true} | STORED | -
			200 | {"partition":0,"baseSequence":10,"baseOffset":5,"lastOffset":9} | SPLIT | -
			200 | {"partition":0,"baseSequence":10,"baseOffset":5} | AGAIN | -
			200 | {"partition":0,"baseSequence":10,"baseOffset":null,"lastOffset":null,"duplicate":true} | STORED | -
			200 | {"partition":0,"baseSequence":10,"baseOffset":null,"lastOffset":null} | AGAIN | -
			200 | {"partition":0,"baseSequence":12,"duplicate":true} | AGAIN | -
			202 | {"partition":0,"baseSequence":10,"baseOffset":5,"lastOffset":6} | AGAIN | -
			201 | {"partition":1,"baseSequence":10,"baseOffset":5,"lastOffset":6} | AGAIN | -
			201 | {"topic":"orders","partition":0,"baseSequence":10,"baseOffset":5,"lastOffset":6} | AGAIN | -
			201 | {"topic":"records","partition":0,"baseSequence":10,"baseOffset":5,"lastOffset":6} | STORED | -
			201 | {"baseSequence":10,"baseOffset":5,"lastOffset":6} | AGAIN | -
			202 | {} | AGAIN | -
			204 | {} | AGAIN | -
			200 | cut short | AGAIN | -
			200 | {"partition":0,"baseSequence":12,"baseOffset":5,"lastOffset":6} | AGAIN | -
			408 | {} | AGAIN | -
			429 | {"code":"OVERLOADED"} | AGAIN | -
			500 | {"code":"INTERNAL_ERROR"} | AGAIN | -
			502 | from a proxy | AGAIN | -
			503 | {"code":"STORE_UNAVAILABLE"} | AGAIN | -
			409 | {"expectedSequence":8} | EARLY | -
			409 | {"expectedSequence":10} | AGAIN | -
			409 | {"expectedSequence":12} | AGAIN | -
			409 | {"expectedSequence":11} | LOST | LogMismatchException
			409 | {"expectedSequence":7} | LOST | LogMismatchException
			422 | {"code":"SEQUENCE_REUSED"} | LOST | LogMismatchException
			404 | {"code":"UNKNOWN_PRODUCER_ID"} | END | LogMismatchException
			403 | {"code":"PRODUCER_FENCED","currentEpoch":8} | FENCED | FencedException
			403 | {"code":"PRODUCER_FENCED","currentEpoch":7} | AGAIN | -
			403 | {"code":"FORBIDDEN"} | REFUSED | NotAuthorizedException
			403 | {"code":"NOT_OWNER"} | REFUSED | NotOwnerException
			401 | {"code":"UNAUTHENTICATED"} | REFUSED | NotAuthenticatedException
			404 | {"code":"UNKNOWN_PARTITION"} | REFUSED | UnknownPartitionException
			404 | {"code":"UNKNOWN_TOPIC"} | REFUSED | UnknownPartitionException
			404 | {"code":"NOT_FOUND"} | REFUSED | RefusedException
			413 | {"code":"RECORD_BATCH_TOO_LARGE"} | SPLIT | -
			400 | {"code":"INVALID_REQUEST"} | SPLIT | -
			415 | {} | REFUSED | RefusedException
			411 | {} | REFUSED | RefusedException
			""")
	void decides(int status, String body, Decision.Kind kind, String failure) {
		Decision decision = Decision.of(answer(status, body), attempt(2, 10), 7, Delivery.EXACTLY_ONCE);
		assertThat(decision.kind()).isEqualTo(kind);
		assertThat((decision.failure() != null) ? decision.failure().getClass().getSimpleName() : "-")
			.isEqualTo(failure);
	}

	@ParameterizedTest
	@CsvSource({ "413, RecordTooLargeException", "400, InvalidRecordException" })
	void refusesASingleRecord(int status, String failure) {
		Decision decision = Decision.of(answer(status, "{}"), attempt(1, 10), 7, Delivery.EXACTLY_ONCE);
		assertThat(decision.kind()).isEqualTo(Decision.Kind.REFUSED);
		assertThat(decision.failure().getClass().getSimpleName()).isEqualTo(failure);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
			{"partition":0,"baseSequence":10,"baseOffset":5,"lastOffset":5} | STORED
			{"partition":0,"baseSequence":10,"baseOffset":5,"lastOffset":6} | AGAIN
			{"partition":0,"baseSequence":10,"baseOffset":5} | AGAIN
			""")
	void cannotSplitASingleRecord(String body, Decision.Kind kind) {
		Decision decision = Decision.of(answer(200, body), attempt(1, 10), 7, Delivery.EXACTLY_ONCE);
		assertThat(decision.kind()).isEqualTo(kind);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
			AT_LEAST_ONCE | 201 | {"partition":0,"baseOffset":5,"lastOffset":6} | STORED
			AT_LEAST_ONCE | 201 | {"partition":1,"baseOffset":5,"lastOffset":6} | AGAIN
			AT_LEAST_ONCE | 200 | {"ok":true} | AGAIN
			AT_LEAST_ONCE | 202 | {} | AGAIN
			AT_LEAST_ONCE | 204 | {} | AGAIN
			AT_MOST_ONCE | 202 | {} | STORED
			AT_MOST_ONCE | 201 | {"partition":0,"baseOffset":5,"lastOffset":6} | STORED
			AT_MOST_ONCE | 200 | {"ok":true} | AGAIN
			""")
	void takesNoOthersSuccessForTheGateways(Delivery delivery, int status, String body, Decision.Kind kind) {
		Decision decision = Decision.of(answer(status, body), attempt(2, Batch.NONE), Long.MAX_VALUE, delivery);
		assertThat(decision.kind()).isEqualTo(kind);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\'',
			textBlock = """
					201 | {"topic":"records","records":[{"partition":0,"offset":5,"duplicate":false},{"partition":3,"offset":1,"duplicate":true}]} | STORED | -
					200 | {"topic":"records","records":[{"partition":0,"offset":5,"duplicate":true},{"partition":3,"offset":null,"duplicate":true}]} | STORED | -
					201 | {"topic":"records","records":[{"partition":0,"offset":5,"duplicate":false},{"partition":3,"offset":null,"duplicate":false}]} | AGAIN | -
					201 | {"topic":"records","records":[{"partition":0,"offset":5,"duplicate":false}]} | AGAIN | -
					201 | {"topic":"orders","records":[{"partition":0,"offset":5,"duplicate":false},{"partition":0,"offset":6,"duplicate":false}]} | AGAIN | -
					202 | {"topic":"records","records":[{"partition":0,"offset":5,"duplicate":false},{"partition":0,"offset":6,"duplicate":false}]} | AGAIN | -
					201 | {"topic":"records","records":[1,2]} | AGAIN | -
					422 | {"code":"ID_REUSED","firstMismatch":1} | REUSED | IdReusedException
					422 | {"code":"ID_REUSED","firstMismatch":2} | SPLIT | -
					422 | {"code":"ID_REUSED"} | SPLIT | -
					422 | {"code":"SOMETHING_ELSE"} | REFUSED | RefusedException
					""")
	void decidesOfRecordsWithIds(int status, String body, Decision.Kind kind, String failure) {
		Decision decision = Decision.of(answer(status, body), attempt(2, Batch.NONE), Long.MAX_VALUE,
				Delivery.AT_LEAST_ONCE);
		assertThat(decision.kind()).isEqualTo(kind);
		assertThat((decision.failure() != null) ? decision.failure().getClass().getSimpleName() : "-")
			.isEqualTo(failure);
	}

	private static Answer answer(int status, String body) {
		return Answer.of(new Transport.Response(status, Map.of(), body.getBytes(StandardCharsets.UTF_8)));
	}

	private static Attempt attempt(int records, long base) {
		List<PendingRecord> lines = new ArrayList<>();
		for (int i = 0; i < records; i++) {
			lines.add(PendingRecord.restored(Place.ofRecords(0), "{}\n".getBytes(StandardCharsets.UTF_8)));
		}
		return new Attempt(new Batch(Place.ofRecords(0), base, lines, 0), 1, 8);
	}

}
