package org.exactlyonce.gateway.proof.faults;

/**
 * A partition that producers write to.
 *
 * @param topic its topic's name
 * @param number its number there
 * @param retained whether its first records are deleted, by size
 */
record Place(String topic, int number, boolean retained) {

	String path() {
		return "/topics/" + this.topic + "/partitions/" + this.number;
	}

}
