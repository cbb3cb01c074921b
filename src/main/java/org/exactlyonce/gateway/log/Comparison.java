package org.exactlyonce.gateway.log;

import java.time.Instant;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * The result of comparing records with the committed ones under the same sequences.
 */
public sealed interface Comparison {

	/**
	 * Handles the result.
	 * @param <R> the type of what comes out
	 * @param same what to do with records that are the same
	 * @param different what to do with a difference
	 * @param deleted what to do where the committed ones are deleted
	 * @return what the matching function returned
	 */
	<R> R match(Function<Same, R> same, Function<Different, R> different, Function<Deleted, R> deleted);

	/**
	 * The same records.
	 *
	 * @param producerEpoch the epoch of the batch that holds the first record
	 * @param baseOffset the first record's offset
	 * @param lastOffset the last record's offset
	 * @param appendedAt when the batch that holds the first record was appended
	 */
	record Same(@Nullable Long producerEpoch, long baseOffset, long lastOffset,
			Instant appendedAt) implements Comparison {

		@Override
		public <R> R match(Function<Same, R> same, Function<Different, R> different, Function<Deleted, R> deleted) {
			return same.apply(this);
		}

	}

	/**
	 * Other records.
	 *
	 * @param sequence the first sequence whose record differs
	 */
	record Different(long sequence) implements Comparison {

		@Override
		public <R> R match(Function<Same, R> same, Function<Different, R> different, Function<Deleted, R> deleted) {
			return different.apply(this);
		}

	}

	/** The first of the committed records is deleted, so that there is no comparison. */
	record Deleted() implements Comparison {

		@Override
		public <R> R match(Function<Same, R> same, Function<Different, R> different, Function<Deleted, R> deleted) {
			return deleted.apply(this);
		}

	}

}
