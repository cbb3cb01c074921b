package org.exactlyonce.conformance;

/**
 * A partition of a topic.
 */
record TopicPartition(String topic, int partition) {

	/** The topic that every gateway has. */
	static final String RECORDS = "records";

	@Override
	public String toString() {
		return this.topic + "/" + this.partition;
	}

}
