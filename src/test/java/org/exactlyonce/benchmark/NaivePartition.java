package org.exactlyonce.benchmark;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** Where a partition of the naive design ends. */
@Entity
class NaivePartition {

	@Id
	private int id;

	private long logEndOffset;

	long logEndOffset() {
		return this.logEndOffset;
	}

	/** Gives out offsets, and returns the first of them. */
	long take(int records) {
		long first = this.logEndOffset;
		this.logEndOffset += records;
		return first;
	}

}
