package org.exactlyonce.gateway.store.h2;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.statement.RoundTrip;
import org.exactlyonce.gateway.store.Fences;

import org.springframework.dao.CannotAcquireLockException;

/**
 * Fences within this process, for a database that no other writes to.
 */
final class LocalFences implements Fences {

	private final ReentrantReadWriteLock[] slots = IntStream.range(0, SLOTS)
		.mapToObj((slot) -> new ReentrantReadWriteLock())
		.toArray(ReentrantReadWriteLock[]::new);

	private final Duration patience;

	/**
	 * Nothing is held yet.
	 * @param patience how long a fence waits
	 */
	LocalFences(Duration patience) {
		this.patience = patience;
	}

	@Override
	public Shared share(RoundTrip statements, Collection<Long> producerIds) {
		statements.run(); // the partitions' locks come first
		Deque<Lock> held = new ArrayDeque<>();
		Shared shared = () -> held.forEach(Lock::unlock);
		try {
			for (int slot : Fences.slots(producerIds)) {
				Lock lock = this.slots[slot].readLock();
				lock.lock();
				held.push(lock);
			}
		}
		catch (Error ex) {
			shared.close();
			throw ex;
		}
		return shared;
	}

	@Override
	public void await(long producerId) {
		Lock fence = this.slots[Fences.slot(producerId)].writeLock();
		try {
			if (!fence.tryLock(this.patience.toNanos(), TimeUnit.NANOSECONDS)) {
				throw new CannotAcquireLockException("Appends of producer " + producerId
						+ ", or of a neighbour, are in progress for more than " + this.patience.toSeconds() + " s");
			}
			fence.unlock();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new CannotAcquireLockException("Interrupted while appends are in progress", ex);
		}
	}

}
