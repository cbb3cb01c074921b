package org.exactlyonce.gateway.retention;

import java.util.Collection;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Works on one partition after the other. One that fails, as a row of it is damaged or
 * locked from outside, does not stop the work on the others.
 */
final class Each {

	private Each() {
	}

	/**
	 * Works on each partition, and tells in the end of those it could not work on.
	 * @param <T> how a partition is given
	 * @param partitions all there are
	 * @param work what to do
	 * @throws IllegalStateException if any failed; says how many, and which was the first
	 */
	static <T> void of(Collection<T> partitions, Consumer<T> work) {
		@Nullable RuntimeException first = null;
		int failed = 0;
		for (T partition : partitions) {
			try {
				work.accept(partition);
			}
			catch (RuntimeException ex) {
				failed++;
				first = (first != null) ? first : new IllegalStateException("Failed: " + partition, ex);
			}
		}
		if (first != null) {
			throw new IllegalStateException("Failed at %d partitions".formatted(failed), first);
		}
	}

}
