package org.exactlyonce.gateway.topic;

/**
 * The examples of the OpenAPI document: what topics are made with, and what they and
 * partitions answer, with the fields of real answers.
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

	static final String PARTITION = """
			{"topic": "records", "partition": 0, "logStartOffset": 0, "logEndOffset": 4, "producers": 1, "bytes": 214}""";

	static final String PARTITIONS = """
			{"partitions": [
			  {"topic": "records", "partition": 0, "logStartOffset": 0, "logEndOffset": 4, "producers": 1, "bytes": 214},
			  {"topic": "records", "partition": 1, "logStartOffset": 0, "logEndOffset": 0, "producers": 0, "bytes": 0}]}""";

	private TopicExamples() {
	}

}
