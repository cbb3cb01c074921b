package org.exactlyonce.gateway.topic;

/**
 * The examples of the OpenAPI document: what partitions answer once its other requests
 * have run, with the fields of real answers.
 */
final class PartitionExamples {

	static final String PARTITION = """
			{"topic": "records", "partition": 0, "logStartOffset": 0, "logEndOffset": 4, "producers": 1, "bytes": 214}""";

	static final String PARTITIONS = """
			{"partitions": [
			  {"topic": "records", "partition": 0, "logStartOffset": 0, "logEndOffset": 4, "producers": 1, "bytes": 214},
			  {"topic": "records", "partition": 1, "logStartOffset": 0, "logEndOffset": 0, "producers": 0, "bytes": 0}]}""";

	private PartitionExamples() {
	}

}
