package org.exactlyonce.client.internals;

import java.util.concurrent.CompletableFuture;

import org.exactlyonce.client.Callback;
import org.exactlyonce.client.Receipt;

/**
 * A record that has no outcome yet.
 */
final class PendingRecord {

	/** What a record takes besides its line, for the bound of the buffer. */
	private static final int OVERHEAD = 100;

	final Place place;

	final byte[] line;

	/** Both null for a record that a former process left in the outbox. */
	final CompletableFuture<Receipt> future;

	final Callback callback;

	/** Nanoseconds of the caller's clock. */
	final long sentAt;

	PendingRecord(Place place, byte[] line, CompletableFuture<Receipt> future, Callback callback, long sentAt) {
		this.place = place;
		this.line = line;
		this.future = future;
		this.callback = callback;
		this.sentAt = sentAt;
	}

	/**
	 * A record that a former process left in the outbox. It has no deadline.
	 * @param place its partition
	 * @param line its line
	 * @return the record
	 */
	static PendingRecord restored(Place place, byte[] line) {
		return new PendingRecord(place, line, null, null, Long.MAX_VALUE / 2);
	}

	boolean isRestored() {
		return this.future == null;
	}

	int size() {
		return size(this.line);
	}

	static int size(byte[] line) {
		return line.length + OVERHEAD;
	}

}
