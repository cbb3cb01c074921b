package org.exactlyonce.gateway.ids;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The place of a record of an append with ids.
 *
 * @param partition the partition's id
 * @param number the partition's number in its topic
 * @param offset the record's offset; null if it is deleted
 * @param duplicate whether it was stored before
 * @param appendedAt when it was appended; null if it is deleted
 */
public record RecordPlace(int partition, int number, @Nullable Long offset, boolean duplicate,
		@Nullable Instant appendedAt) {

	/** The same place, for one that comes later. */
	RecordPlace again() {
		return new RecordPlace(this.partition, this.number, this.offset, true, this.appendedAt);
	}

	/** A place in a partition that may start behind it by now. */
	static RecordPlace known(int partition, int number, long offset, Instant appendedAt, long logStartOffset) {
		boolean deleted = offset < logStartOffset;
		return new RecordPlace(partition, number, deleted ? null : Long.valueOf(offset), true,
				deleted ? null : appendedAt);
	}

}
