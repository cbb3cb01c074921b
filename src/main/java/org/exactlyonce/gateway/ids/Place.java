package org.exactlyonce.gateway.ids;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Where a record of an append with ids is.
 *
 * @param partition the partition's id
 * @param number the partition's number in its topic
 * @param offset the record's offset; null if it is deleted
 * @param duplicate whether it was stored before
 * @param appendedAt when it was appended; null if it is deleted
 */
public record Place(int partition, int number, @Nullable Long offset, boolean duplicate, @Nullable Instant appendedAt) {

	/**
	 * A record that was new.
	 * @param partition the partition's id
	 * @param number the partition's number in its topic
	 * @param offset the record's offset
	 * @param appendedAt when it was appended
	 * @return its place
	 */
	public static Place stored(int partition, int number, long offset, Instant appendedAt) {
		return new Place(partition, number, offset, false, appendedAt);
	}

	/**
	 * A record that was stored before.
	 * @param original the record that has its id
	 * @return the original place
	 */
	public static Place duplicate(IdentifiedRecord original) {
		return original.deleted() ? deleted(original.partition(), original.number())
				: new Place(original.partition(), original.number(), original.offset(), true, original.appendedAt());
	}

	/**
	 * A record that was stored before, and is deleted.
	 * @param partition the partition's id
	 * @param number the partition's number in its topic
	 * @return what is left of its place
	 */
	public static Place deleted(int partition, int number) {
		return new Place(partition, number, null, true, null);
	}

}
