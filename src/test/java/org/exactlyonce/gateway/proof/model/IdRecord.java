package org.exactlyonce.gateway.proof.model;

/**
 * A record of an append with ids.
 *
 * @param id its id; null if it has none of its own
 * @param partition the partition that it names; null on a partition's path
 * @param payload what it says
 */
record IdRecord(String id, Integer partition, Payload payload) {

	IdRecord in(Integer other) {
		return new IdRecord(this.id, other, this.payload);
	}

	IdRecord under(String other) {
		return new IdRecord(other, this.partition, this.payload);
	}

	IdRecord altered(int choice) {
		return new IdRecord(this.id, this.partition, this.payload.altered(choice));
	}

}
