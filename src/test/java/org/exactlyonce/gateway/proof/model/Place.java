package org.exactlyonce.gateway.proof.model;

/**
 * A partition's name: there may be one after the other with the same, when its topic is
 * deleted and made again.
 *
 * @param topic the topic's name
 * @param number the partition's number
 */
record Place(String topic, int number) {

	static final String RECORDS = "records";

	String path() {
		return path(this.topic, "" + this.number);
	}

	/** The path of a partition that may be none. */
	static String path(String topic, String number) {
		return (topic.equals(RECORDS) ? "" : "/topics/" + topic) + "/partitions/" + number;
	}

}
