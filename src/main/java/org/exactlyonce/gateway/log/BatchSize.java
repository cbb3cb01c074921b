package org.exactlyonce.gateway.log;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * A batch without its payload, as the {@link OffsetIndex} and the {@link SequenceIndex}
 * list it, so that payloads are loaded in chunks that are bounded in bytes.
 *
 * @param base the base offset or base sequence
 * @param recordCount how many records it holds
 * @param bytes the payload's size
 */
record BatchSize(long base, int recordCount, long bytes) {

	/** The sizes in the rows of an index. */
	static List<BatchSize> of(List<Object[]> rows) {
		return rows.stream()
			.map((row) -> new BatchSize(((Number) row[0]).longValue(), ((Number) row[1]).intValue(),
					((Number) row[2]).longValue()))
			.toList();
	}

	/** The one base that a look-up found, if any. */
	static OptionalLong first(List<Long> found) {
		return found.isEmpty() ? OptionalLong.empty() : OptionalLong.of(found.get(0));
	}

	/**
	 * Splits batches into runs of a bounded size.
	 * @param sizes the batches in order
	 * @param maxBytes how large a run may be, though it has one batch at least
	 * @return the runs
	 */
	static List<List<BatchSize>> chunks(List<BatchSize> sizes, long maxBytes) {
		List<List<BatchSize>> chunks = new ArrayList<>();
		int start = 0;
		long bytes = 0;
		for (int i = 0; i < sizes.size(); i++) {
			if (i > start && bytes + sizes.get(i).bytes() > maxBytes) {
				chunks.add(sizes.subList(start, i));
				start = i;
				bytes = 0;
			}
			bytes += sizes.get(i).bytes();
		}
		if (start < sizes.size()) {
			chunks.add(sizes.subList(start, sizes.size()));
		}
		return chunks;
	}

}
