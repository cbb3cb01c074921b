package org.exactlyonce.gateway.append;

/**
 * The examples of the OpenAPI document. Requests run as they stand, in this order, on a
 * fresh gateway whose first producer is registered; answers have the fields of real ones.
 */
final class AppendExamples {

	static final String EXACTLY_ONCE = """
			{"producerId": 1, "producerEpoch": 0, "baseSequence": 0,
			 "records": [
			   {"key": "customer-7", "value": {"total": 12.5}, "headers": {"trace": "abc"},
			    "timestamp": "2026-11-23T10:00:00Z"},
			   {"value": "any JSON value, null too"}]}""";

	static final String BYTES = """
			{"producerId": 1, "baseSequence": 2, "records": [{"key": "photo", "valueBase64": "/9j/4A=="}]}""";

	static final String LINES = """
			{"key": "customer-7", "value": {"total": 12.5}}
			{"key": "customer-8", "value": {"total": 7}, "headers": {"trace": "abc"}}
			""";

	static final String AT_LEAST_ONCE = """
			{"records": [{"value": "sent without an identity"}]}""";

	static final String APPENDED = """
			{"topic": "records", "partition": 0, "producerId": 1, "producerEpoch": 0, "baseSequence": 0,
			 "lastSequence": 1, "baseOffset": 0, "lastOffset": 1, "nextSequence": 2, "duplicate": false,
			 "appendedAt": "2026-11-23T10:00:02.789Z"}""";

	static final String APPENDED_AT_LEAST_ONCE = """
			{"topic": "records", "partition": 0, "producerId": null, "producerEpoch": null, "baseSequence": null,
			 "lastSequence": null, "baseOffset": 3, "lastOffset": 3, "nextSequence": null, "duplicate": false,
			 "appendedAt": "2026-11-23T10:00:03.012Z"}""";

	static final String DUPLICATE = """
			{"topic": "records", "partition": 0, "producerId": 1, "producerEpoch": 0, "baseSequence": 0,
			 "lastSequence": 1, "baseOffset": 0, "lastOffset": 1, "nextSequence": 3, "duplicate": true,
			 "appendedAt": "2026-11-23T10:00:02.789Z"}""";

	static final String SPREAD = """
			{"records": [{"key": "customer-7", "value": {"total": 12.5}}, {"partition": 3, "value": "here"},
			  {"value": "anywhere"}]}""";

	static final String SPREAD_APPENDED = """
			{"topic": "records", "records": [{"partition": 4, "offset": 17, "duplicate": false},
			  {"partition": 3, "offset": 4, "duplicate": false}, {"partition": 0, "offset": 910, "duplicate": false}],
			 "duplicate": false, "appendedAt": "2026-11-23T10:00:02.789Z"}""";

	static final String IDS = """
			{"records": [{"id": "order-1001", "key": "customer-7", "value": {"total": 12.5}}]}""";

	static final String SPREAD_KNOWN = """
			{"topic": "records", "records": [{"partition": 4, "offset": 18, "duplicate": true}], "duplicate": true,
			 "appendedAt": "2026-11-23T10:00:04.567Z"}""";

	static final String EVENT_TYPE = "application/cloudevents+json";

	static final String EVENTS_TYPE = "application/cloudevents-batch+json";

	static final String EVENT = """
			{"specversion": "1.0", "id": "A234-1001", "source": "/orders/eu", "type": "com.example.order.placed",
			 "partitionkey": "customer-7", "data": {"total": 12.5}}""";

	static final String EVENTS = """
			[{"specversion": "1.0", "id": "A234-1002", "source": "/orders/eu", "type": "com.example.order.placed"},
			 {"specversion": "1.0", "id": "A234-1003", "source": "/orders/eu", "type": "com.example.order.paid"}]""";

	private AppendExamples() {
	}

}
