package org.exactlyonce.gateway.producer;

/**
 * The examples of the OpenAPI document. Requests run as they stand, in this order, on a
 * fresh gateway; answers have the fields of real ones.
 */
final class ProducerExamples {

	static final String ANONYMOUS_REQUEST = "{}";

	static final String NAMED_REQUEST = """
			{"name": "orders-api"}""";

	static final String ANONYMOUS = """
			{"producerId": 1, "producerEpoch": 0, "name": null, "createdAt": "2026-11-23T10:00:00.123Z",
			 "partitions": []}""";

	static final String NAMED = """
			{"producerId": 2, "producerEpoch": 0, "name": "orders-api", "createdAt": "2026-11-23T10:00:01.456Z",
			 "partitions": []}""";

	static final String NAMED_AGAIN = """
			{"producerId": 2, "producerEpoch": 1, "name": "orders-api", "createdAt": "2026-11-23T10:00:01.456Z",
			 "partitions": [{"topic": "records", "partition": 0, "lastSequence": 41, "nextSequence": 42,
			   "lastOffset": 907}]}""";

	static final String BELIEVED_EPOCH = """
			{"producerEpoch": 0}""";

	static final String RAISED = """
			{"producerId": 3, "producerEpoch": 1, "name": null, "createdAt": "2026-11-23T10:00:00.123Z",
			 "partitions": [{"topic": "records", "partition": 1, "lastSequence": 0, "nextSequence": 1,
			   "lastOffset": 1}]}""";

	static final String GIVEN_TO = """
			{"owner": "orders-service"}""";

	static final String GIVEN = """
			{"producerId": 2, "producerEpoch": 1, "name": "orders-api", "createdAt": "2026-11-23T10:00:01.456Z",
			 "owner": "orders-service",
			 "partitions": [{"topic": "records", "partition": 0, "lastSequence": 41, "nextSequence": 42,
			   "lastOffset": 907}]}""";

	static final String PAGE = """
			{"producers": [
			  {"producerId": 2, "producerEpoch": 1, "name": "orders-api", "createdAt": "2026-11-23T10:00:01.456Z",
			   "partitions": [{"topic": "records", "partition": 0, "lastSequence": 41, "nextSequence": 42,
			   "lastOffset": 907}]}],
			 "next": null}""";

	private ProducerExamples() {
	}

}
