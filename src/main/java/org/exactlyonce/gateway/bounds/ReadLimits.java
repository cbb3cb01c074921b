package org.exactlyonce.gateway.bounds;

import java.util.function.Supplier;

import org.exactlyonce.gateway.problem.ProblemException;

import org.springframework.stereotype.Component;

/**
 * Bounds what readers take from appends: connections to the database, and memory.
 */
@Component
public class ReadLimits {

	private final Allowance turns;

	private final Allowance kilobytes;

	private final long maxPageBytes;

	ReadLimits(ReadProperties properties) {
		this.maxPageBytes = properties.maxPageBytes().toBytes();
		int turns = properties.maxConcurrent();
		long bytes = properties.maxBytes().toBytes();
		this.turns = new Allowance(turns, properties.timeout(), "More than " + turns + " reads are in progress.");
		this.kilobytes = new Allowance((int) Math.min(bytes / PageMemory.UNIT, Integer.MAX_VALUE), properties.timeout(),
				"The pages that are being read and sent take all of the " + bytes + " bytes they may.");
	}

	/**
	 * Asks the database when it is this reader's turn.
	 * @param read what to ask
	 * @param <T> what it answers
	 * @return the answer
	 * @throws ProblemException 429 if too many were there before
	 */
	public <T> T inTurn(Supplier<T> read) {
		return this.turns.with(1, read);
	}

	/**
	 * Returns where a page of records ends, though it holds one at least.
	 * @return a number of bytes, above 0
	 */
	public long maxPageBytes() {
		return this.maxPageBytes;
	}

	/**
	 * Begins to count what one page takes.
	 * @return nothing yet; to be closed when the page is sent
	 */
	public PageMemory memory() {
		return new PageMemory(this.kilobytes);
	}

}
