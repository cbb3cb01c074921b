package org.exactlyonce.gateway.read;

/**
 * The examples of the OpenAPI document: what is read once the examples of appends were
 * sent.
 */
final class ReadExamples {

	static final String PAGE = """
			{"topic": "records", "partition": 0,
			 "records": [
			   {"topic": "records", "offset": 0, "timestamp": "2026-11-23T10:00:00Z", "key": "customer-7",
			    "value": {"total": 12.5},
			    "headers": {"trace": "abc"}, "producerId": 1, "producerEpoch": 0, "sequence": 0,
			    "appendedAt": "2026-11-23T10:00:02.789Z"},
			   {"topic": "records", "offset": 1, "timestamp": "2026-11-23T10:00:02.789Z", "key": null,
			    "value": "any JSON value, null too", "headers": {}, "producerId": 1, "producerEpoch": 0,
			    "sequence": 1, "appendedAt": "2026-11-23T10:00:02.789Z"},
			   {"topic": "records", "offset": 2, "timestamp": "2026-11-23T10:00:02.901Z", "key": "photo", "valueBase64": "/9j/4A==",
			    "contentType": "application/octet-stream", "headers": {}, "producerId": 1, "producerEpoch": 0,
			    "sequence": 2, "appendedAt": "2026-11-23T10:00:02.901Z"}],
			 "nextOffset": 3, "logEndOffset": 4}""";

	static final String LINE = """
			{"topic":"records","offset":0,"timestamp":"2026-11-23T10:00:00Z","key":"customer-7","value":{"total":12.5},\
			"headers":{"trace":"abc"},"producerId":1,"producerEpoch":0,"sequence":0,\
			"appendedAt":"2026-11-23T10:00:02.789Z"}
			""";

	static final String LINES = """
			{"topic":"records","offset":0,"timestamp":"2026-11-23T10:00:00Z","key":"customer-7","value":{"total":12.5},\
			"headers":{"trace":"abc"},"producerId":1,"producerEpoch":0,"sequence":0,\
			"appendedAt":"2026-11-23T10:00:02.789Z"}
			{"topic":"records","offset":1,"timestamp":"2026-11-23T10:00:02.789Z","key":null,\
			"value":"any JSON value, null too",\
			"headers":{},"producerId":1,"producerEpoch":0,"sequence":1,"appendedAt":"2026-11-23T10:00:02.789Z"}
			""";

	static final String EVENTS = """
			id: 1
			data: {"topic":"records","offset":1,"timestamp":"2026-11-23T10:00:02.789Z","key":null,\
			"value":"any JSON value, null too",\
			"headers":{},"producerId":1,"producerEpoch":0,"sequence":1,"appendedAt":"2026-11-23T10:00:02.789Z"}

			:

			""";

	private ReadExamples() {
	}

}
