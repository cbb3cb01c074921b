package org.exactlyonce.gateway.store;

import java.util.Collection;

import org.exactlyonce.gateway.statement.RoundTrip;

/**
 * Makes a fence wait for the appends of its own producer, and for no others. A group of
 * appends shares the fences of its producers from before it reads their epochs to the end
 * of its transaction; a fence takes one for itself, after the new epoch is committed. So
 * an append that has read an older epoch has ended when the fence is through, and one
 * that begins later reads the new epoch.
 * <p>
 * Producers are hashed to slots, so that a group holds no more than {@link #SLOTS}; a
 * fence may wait for a neighbour of its producer. A slot is asked for after all partition
 * locks of the group, and in ascending order: a holder of a slot waits for higher slots
 * only. Thread-safe.
 */
public interface Fences {

	/**
	 * Half of the locks that PostgreSQL has room for a connection
	 * ({@code max_locks_per_transaction} is 64), and each lane has one.
	 */
	int SLOTS = 32;

	/**
	 * Holds off the fences of producers until the transaction has ended. What was added
	 * to the statements before runs before, what is added later runs later.
	 * @param statements the group's, in its transaction
	 * @param producerIds the group's producers
	 * @return to be closed by the same thread, after the transaction
	 */
	Shared share(RoundTrip statements, Collection<Long> producerIds);

	/**
	 * Returns when every transaction has ended that shared the producer's fence when this
	 * was called. To be called outside of any transaction.
	 * @param producerId the producer, whose new epoch is committed
	 * @throws RuntimeException if one of them does not end in time
	 */
	void await(long producerId);

	/**
	 * The slots of producers.
	 * @param producerIds the producers
	 * @return the slots, each once, ascending
	 */
	static Integer[] slots(Collection<Long> producerIds) {
		return producerIds.stream().map(Fences::slot).distinct().sorted().toArray(Integer[]::new);
	}

	/**
	 * The slot of a producer.
	 * @param producerId the producer
	 * @return 0 to {@link #SLOTS} - 1
	 */
	static int slot(long producerId) {
		return (int) (producerId % SLOTS);
	}

	/** What a group shares until it is closed, beside its transaction. */
	interface Shared extends AutoCloseable {

		@Override
		void close();

	}

}
