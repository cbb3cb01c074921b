package org.exactlyonce.gateway.proof.model;

import java.time.Instant;

/**
 * Where the record of an id is, deleted or not.
 *
 * @param by the append that stored it
 * @param index its place there
 * @param partition the partition's number
 * @param offset the offset
 * @param appendedAt when; null until that is told
 */
record IdPlace(IdAppend by, int index, int partition, long offset, Instant appendedAt) {

	IdRecord record() {
		return this.by.records().get(this.index);
	}

	IdPlace at(Instant time) {
		return new IdPlace(this.by, this.index, this.partition, this.offset, time);
	}

}
