package org.exactlyonce.gateway.proof.model;

import java.util.List;

/**
 * An append as its sender means it.
 *
 * @param topic the topic, which may be none
 * @param partition the partition, which may be none
 * @param producerId the producer; null in the at-least-once mode
 * @param epoch the epoch
 * @param base the first record's sequence
 * @param records the records
 */
record Append(String topic, String partition, Long producerId, long epoch, long base, List<Payload> records) {

	Append(Place place, Long producerId, long epoch, long base, List<Payload> records) {
		this(place.topic(), "" + place.number(), producerId, epoch, base, records);
	}

	String path() {
		return Place.path(this.topic, this.partition) + "/records";
	}

	long last() {
		return this.base + this.records.size() - 1;
	}

	Append inPartition(String other) {
		return new Append(this.topic, other, this.producerId, this.epoch, this.base, this.records);
	}

	Append inTopic(String other) {
		return new Append(other, this.partition, this.producerId, this.epoch, this.base, this.records);
	}

	Append underEpoch(long other) {
		return new Append(this.topic, this.partition, this.producerId, other, this.base, this.records);
	}

	Append of(List<Payload> other) {
		return new Append(this.topic, this.partition, this.producerId, this.epoch, this.base, other);
	}

}
