package org.exactlyonce.gateway.bounds;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

import org.exactlyonce.gateway.problem.ProblemException;

/**
 * The share of {@code gateway.read.max-bytes} that one page of records, or another
 * answer, takes until it is sent. Thread-safe.
 */
public final class PageMemory implements AutoCloseable {

	static final int UNIT = 1024;

	private final Allowance kilobytes;

	private final ReentrantLock lock = new ReentrantLock();

	private int held;

	private int wanted;

	private boolean closed;

	PageMemory(Allowance kilobytes) {
		this.kilobytes = kilobytes;
	}

	/**
	 * The memory of a reader that is bounded in another way, and is not to wait for
	 * others.
	 * @return memory of which there is always enough
	 */
	public static PageMemory uncounted() {
		return new PageMemory(new Allowance(1, Duration.ZERO, "unused"));
	}

	/**
	 * Takes memory if it is free. One page never asks for more than there is.
	 * @param bytes how much the page takes in all
	 * @return false if there is too little at the moment; then {@link #await()} helps,
	 * when nothing else is held
	 */
	public boolean tryReserve(long bytes) {
		this.lock.lock();
		try {
			return take(bytes);
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean take(long bytes) {
		int share = share(bytes);
		if (share <= this.held) {
			return true;
		}
		refuseIfClosed();
		if (this.kilobytes.tryTake(share - this.held)) {
			this.held = share;
			return true;
		}
		this.wanted = share;
		return false;
	}

	/**
	 * Takes memory, and waits for it if it must. For those that hold nothing else.
	 * @param bytes how much the answer takes in all
	 * @throws ProblemException 429 if that takes too long
	 */
	public void require(long bytes) {
		while (!tryReserve(bytes)) {
			await();
		}
	}

	/**
	 * Waits for what was asked for last.
	 * @throws ProblemException 429 if that takes too long
	 */
	public void await() {
		this.lock.lock();
		try {
			refuseIfClosed();
			giveBack(); // or two that hold a part each would wait for one another
			this.kilobytes.take(this.wanted);
			this.held = this.wanted;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Gives back what was taken for more than there turned out to be.
	 * @param bytes how much the page takes in all
	 */
	public void keep(long bytes) {
		this.lock.lock();
		try {
			int share = share(bytes);
			if (share < this.held) {
				this.kilobytes.give(this.held - share);
				this.held = share;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private int share(long bytes) {
		return (int) Math.min(bytes / UNIT + 1, this.kilobytes.units());
	}

	private void refuseIfClosed() {
		if (this.closed) {
			throw new IllegalStateException("The page's reader is gone");
		}
	}

	/** Gives the memory back. Closing twice does no harm. */
	@Override
	public void close() {
		this.lock.lock();
		try {
			this.closed = true;
			giveBack();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void giveBack() {
		this.kilobytes.give(this.held);
		this.held = 0;
	}

}
