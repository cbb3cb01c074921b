package org.exactlyonce.gateway.json;

import java.time.Duration;
import java.util.function.Supplier;

import org.exactlyonce.gateway.bounds.Allowance;
import org.exactlyonce.gateway.problem.ProblemException;

/**
 * Bounds what documents take beside their own bytes while they are parsed, all of them
 * together: names, texts and tables, up to many times a document's size. A document that
 * finds no room waits for it. Thread-safe.
 */
final class ParsingMemory {

	private static final long UNIT = 1024;

	/** A long text, as characters, as a string and while it grows. */
	private static final long TEXT_FACTOR = 9;

	/** Short names, each an object in a set. */
	private static final long NAME_FACTOR = 20;

	private static final long NAMES_AT_MOST = 16L * 1024 * 1024;

	private final Allowance kilobytes;

	/**
	 * Sets the bound.
	 * @param bytes what all documents may take
	 * @param patience how long one waits for its share
	 */
	ParsingMemory(long bytes, Duration patience) {
		this.kilobytes = new Allowance((int) Math.min(bytes / UNIT, Integer.MAX_VALUE), patience,
				"Too many large documents are being read.");
	}

	/**
	 * Parses as soon as there is room.
	 * @param documentBytes the document's size
	 * @param parsing what to do then
	 * @param <T> what is read
	 * @return what was read
	 * @throws ProblemException 429 if there is no room in time
	 */
	<T> T parse(int documentBytes, Supplier<T> parsing) {
		return this.kilobytes.with(share(documentBytes), parsing);
	}

	/** One document never takes all, so that small ones pass beside a large one. */
	private int share(int bytes) {
		long most = Math.max(this.kilobytes.units() - this.kilobytes.units() / 8, 1);
		long names = Math.min(bytes * (NAME_FACTOR - TEXT_FACTOR), NAMES_AT_MOST);
		return (int) Math.min((bytes * TEXT_FACTOR + names) / UNIT + 1, most);
	}

}
