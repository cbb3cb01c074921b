package org.exactlyonce.gateway.sequence;

/**
 * The consecutive sequences of one request: record <em>i</em> has {@code base + i}.
 *
 * @param base the first record's sequence, 0 to 2^53−1
 * @param count the number of records, at least 1
 */
public record SequenceRange(long base, int count) {

	/**
	 * The largest id, epoch or sequence: 2^53−1, the largest integer that every JSON
	 * reader keeps exactly.
	 */
	public static final long MAX = (1L << 53) - 1;

	/**
	 * Refuses ranges that cannot exist.
	 * @param base the first record's sequence
	 * @param count the number of records
	 * @throws IllegalArgumentException if the range is empty or leaves 0 to 2^53−1
	 */
	public SequenceRange {
		requireSafe("baseSequence", base);
		if (count < 1) {
			throw new IllegalArgumentException("count is " + count + ", must be at least 1");
		}
		requireSafe("lastSequence", base + count - 1);
	}

	/**
	 * The sequence of the last record.
	 * @return {@code base + count − 1}
	 */
	public long last() {
		return this.base + this.count - 1;
	}

	static void requireSafe(String name, long value) {
		if (value < 0 || value > MAX) {
			throw new IllegalArgumentException(name + " is " + value + ", must be 0 to " + MAX);
		}
	}

}
