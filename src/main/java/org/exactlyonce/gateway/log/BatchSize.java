package org.exactlyonce.gateway.log;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

import org.exactlyonce.gateway.statement.RoundTrip;

/**
 * A batch without its payload, as the {@link SequenceIndex} lists it, so that payloads
 * are loaded in chunks that are bounded in bytes.
 *
 * @param base the base sequence
 * @param recordCount how many records it holds
 * @param bytes the payload's size
 */
record BatchSize(long base, int recordCount, long bytes) {

	/** The size in a row of an index. */
	static BatchSize of(ResultSet row) throws SQLException {
		return new BatchSize(row.getLong(1), row.getInt(2), row.getLong(3));
	}

	/** The one base that a look-up finds, if any. */
	static OptionalLong first(RoundTrip statements, String lookUp, Object... parameters) {
		return statements.list(lookUp, (row) -> row.getLong(1), parameters)
			.stream()
			.mapToLong(Long::longValue)
			.findFirst();
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
