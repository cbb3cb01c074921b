package org.exactlyonce.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.exactlyonce.client.internals.Sender;

/**
 * Sends records to the gateway. It registers itself, numbers and batches records, repeats
 * requests that were not answered, and tells of each record what became of it: a failed
 * future means that the record is not stored, unless it failed by an
 * {@link UnknownOutcomeException}.
 * <p>
 * Threads may share a producer. It has one thread of its own, which completes futures and
 * calls callbacks.
 */
public final class RecordProducer implements AutoCloseable {

	private final Sender sender;

	private final Duration maxBlock;

	private RecordProducer(Sender sender, Duration maxBlock) {
		this.sender = sender;
		this.maxBlock = maxBlock;
	}

	/**
	 * Opens a producer. It registers with the gateway when it has something to send.
	 * @param settings how it works
	 * @return the producer
	 * @throws IllegalArgumentException if the settings contradict each other
	 * @throws IllegalStateException if the outbox is in use by another process, or broken
	 * in the middle
	 */
	public static RecordProducer open(ProducerSettings settings) {
		return new RecordProducer(Sender.start(settings.checked()), settings.maxBlock());
	}

	/**
	 * Sends a record.
	 * @param outgoing the record
	 * @return completes when the record is stored, or fails by a {@link GatewayException}
	 * @throws RefusedException if the record cannot be sent
	 * @throws ProducerClosedException if the producer is closed; the exception that had
	 * ended it before, such as a {@link FencedException}, if one had
	 * @see #send(OutgoingRecord, Callback)
	 */
	public CompletableFuture<Receipt> send(OutgoingRecord outgoing) {
		return send(outgoing, null);
	}

	/**
	 * Sends a record. Returns as soon as the record is in the buffer, and blocks up to
	 * {@code maxBlock} for room there and, before, for a newer count of partitions; then
	 * the future fails by a {@link NotStoredException}. If the thread is interrupted
	 * meanwhile, the same, with an {@link InterruptedException} as its cause, and the
	 * thread stays interrupted.
	 * @param outgoing the record
	 * @param callback is told the outcome before the future is; may be null
	 * @return completes when the record is stored, or fails by a {@link GatewayException}
	 * @throws RefusedException if the record cannot be sent: it is too large
	 * ({@link RecordTooLargeException}), not valid ({@link InvalidRecordException}), for
	 * a topic that cannot be ({@link InvalidTopicException}) or, if {@link #partitions}
	 * has been called, for a partition that its topic does not have
	 * ({@link UnknownPartitionException})
	 * @throws ProducerClosedException if the producer is closed; the exception that had
	 * ended it before, such as a {@link FencedException}, if one had
	 */
	public CompletableFuture<Receipt> send(OutgoingRecord outgoing, Callback callback) {
		return this.sender.send(outgoing, callback, this.maxBlock);
	}

	/**
	 * Sends a record as {@link #send(OutgoingRecord, Callback)} does, and blocks for
	 * another time than {@code maxBlock}, such as for what is left of that.
	 * @param outgoing the record
	 * @param callback is told the outcome before the future is; may be null
	 * @param maxBlock how long it may block; zero: not at all
	 * @return completes when the record is stored, or fails by a {@link GatewayException}
	 * @throws RefusedException if the record cannot be sent
	 * @throws ProducerClosedException if the producer is closed; the exception that had
	 * ended it before, such as a {@link FencedException}, if one had
	 */
	public CompletableFuture<Receipt> send(OutgoingRecord outgoing, Callback callback, Duration maxBlock) {
		return this.sender.send(outgoing, callback, maxBlock);
	}

	/**
	 * Waits until every record that was sent before has its outcome, and its callback has
	 * been told; also behind a {@code close} that has given up waiting. Does not wait for
	 * {@code linger}.
	 * @throws InterruptedException if the thread is interrupted
	 * @throws IllegalStateException if called in a callback, which would wait for itself
	 */
	public void flush() throws InterruptedException {
		this.sender.flush();
	}

	/**
	 * How many partitions a topic has. Blocks up to {@code maxBlock} while that is not
	 * known; after {@code metadataMaxAge} it is asked for anew, meanwhile and on failure
	 * the old count is taken.
	 * @param topic the topic
	 * @return the count
	 * @throws UnknownPartitionException if there is no such topic: the gateway makes none
	 * by itself
	 * @throws InvalidTopicException if no topic can have this name
	 * @throws ProducerClosedException if the producer is closed, and did not know it
	 * before
	 * @throws GatewayException if the gateway refused to answer, or did not answer in
	 * time
	 */
	public int partitions(String topic) {
		return this.sender.partitions(topic);
	}

	/**
	 * How much of the buffer is free.
	 * @return the bytes
	 */
	public long bufferAvailable() {
		return this.sender.bufferAvailable();
	}

	/**
	 * Closes the producer, with all the time it needs to deliver what is pending: up to
	 * twice {@code deliveryTimeout}.
	 */
	@Override
	public void close() {
		close(Duration.ofMillis(Long.MAX_VALUE));
	}

	/**
	 * Closes the producer. Delivers what is pending; when a quarter of the time is left,
	 * or its last second, it finds out what is stored of what is under way, and fails the
	 * rest by {@link ProducerClosedException}. Called in a callback, it does not wait.
	 * Closing twice is no error. If the thread is interrupted meanwhile, it closes at
	 * once, and the thread stays interrupted.
	 * @param timeout how long it may take; a second longer, if a callback or a listener
	 * holds the producer's thread
	 * @throws IllegalArgumentException if the time is negative
	 */
	public void close(Duration timeout) {
		this.sender.close(timeout);
	}

}
