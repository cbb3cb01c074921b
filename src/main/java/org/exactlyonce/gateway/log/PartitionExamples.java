package org.exactlyonce.gateway.log;

/**
 * The examples of the OpenAPI document: what partitions answer once its other requests
 * have run, with the fields of real answers.
 */
final class PartitionExamples {

	static final String PARTITION = """
			{"partition": 0, "logStartOffset": 0, "logEndOffset": 4, "producers": 1}""";

	static final String PARTITIONS = """
			{"partitions": [
			  {"partition": 0, "logStartOffset": 0, "logEndOffset": 4, "producers": 1},
			  {"partition": 1, "logStartOffset": 0, "logEndOffset": 0, "producers": 0}]}""";

	private PartitionExamples() {
	}

}
