package org.exactlyonce.client.internals;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.exactlyonce.client.Callback;
import org.exactlyonce.client.OutgoingRecord;
import org.exactlyonce.client.ProducerSettings;
import org.exactlyonce.client.Receipt;

/** In work. */
public final class Sender {

	/**
	 * Starts.
	 * @param settings the settings
	 * @return the sender
	 */
	public static Sender start(ProducerSettings settings) {
		return new Sender();
	}

	/**
	 * Sends.
	 * @param outgoing the record
	 * @param callback the callback
	 * @return the outcome
	 */
	public CompletableFuture<Receipt> send(OutgoingRecord outgoing, Callback callback) {
		throw new UnsupportedOperationException("in work");
	}

	/**
	 * Flushes.
	 * @throws InterruptedException if interrupted
	 */
	public void flush() throws InterruptedException {
	}

	/**
	 * Counts partitions.
	 * @param topic the topic
	 * @return the count
	 */
	public int partitions(String topic) {
		return 8;
	}

	/**
	 * Room.
	 * @return the bytes
	 */
	public long bufferAvailable() {
		return 0;
	}

	/**
	 * Closes.
	 * @param timeout the time
	 */
	public void close(Duration timeout) {
	}

}
