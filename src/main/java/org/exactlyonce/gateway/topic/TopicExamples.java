package org.exactlyonce.gateway.topic;

/**
 * The examples of the OpenAPI document: what topics are made with, and what is answered,
 * with the fields of real answers.
 */
final class TopicExamples {

	static final String SETTINGS = """
			{"partitions": 12, "retentionMs": 604800000}""";

	static final String TOPIC = """
			{"topic": "orders", "partitions": 12, "retentionMs": 604800000, "retentionBytes": null,
			 "createdAt": "2026-11-23T10:00:00.123Z"}""";

	static final String TOPICS = """
			{"topics": [
			  {"topic": "orders", "partitions": 12, "retentionMs": 604800000, "retentionBytes": null,
			   "createdAt": "2026-11-23T10:00:00.123Z"},
			  {"topic": "records", "partitions": 8, "retentionMs": null, "retentionBytes": null,
			   "createdAt": "2026-11-23T09:00:00.456Z"}]}""";

	private TopicExamples() {
	}

}
