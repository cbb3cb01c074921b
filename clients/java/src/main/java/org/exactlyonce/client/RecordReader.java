package org.exactlyonce.client;

import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;

import org.exactlyonce.client.internals.LogReader;

/**
 * Reads the records of a partition, in the order of their offsets, and waits for those
 * that are yet to come. When a gateway does not answer it goes on where it was. For one
 * thread; another one may close it.
 */
public final class RecordReader implements Iterator<ReceivedRecord>, AutoCloseable {

	private final LogReader log;

	private ReceivedRecord next;

	private RecordReader(LogReader log) {
		this.log = log;
	}

	/**
	 * Opens a reader of {@value OutgoingRecord#DEFAULT_TOPIC}. It asks the gateway when
	 * the first record is asked for.
	 * @param settings how it works
	 * @param partition the partition, from 0
	 * @param from where to begin
	 * @return the reader
	 */
	public static RecordReader open(ReaderSettings settings, int partition, Position from) {
		return new RecordReader(new LogReader(settings, OutgoingRecord.DEFAULT_TOPIC, partition, from));
	}

	/**
	 * Opens a reader of another topic than {@value OutgoingRecord#DEFAULT_TOPIC}.
	 * @param settings how it works
	 * @param topic the topic
	 * @param partition the partition, from 0
	 * @param from where to begin
	 * @return the reader
	 * @throws InvalidTopicException if no topic can have this name
	 */
	public static RecordReader open(ReaderSettings settings, String topic, int partition, Position from) {
		return new RecordReader(new LogReader(settings, topic, partition, from));
	}

	/**
	 * Waits for a record.
	 * @return false if the reader was closed, or the thread interrupted, which it stays
	 * @throws GatewayException if the gateway refused for good, or none is trusted
	 */
	@Override
	public boolean hasNext() {
		if (this.next == null) {
			this.next = this.log.poll(Duration.ofMillis(Long.MAX_VALUE));
		}
		return this.next != null;
	}

	/**
	 * Waits for a record, and takes it.
	 * @return the record
	 * @throws NoSuchElementException if the reader was closed, or the thread interrupted
	 * @throws GatewayException if the gateway refused for good, or none is trusted
	 */
	@Override
	public ReceivedRecord next() {
		if (!hasNext()) {
			throw new NoSuchElementException("The reader is closed.");
		}
		ReceivedRecord taken = this.next;
		this.next = null;
		return taken;
	}

	/**
	 * Waits for a record for a while, and takes it.
	 * @param timeout how long to wait
	 * @return the record; null if there was none in time, the reader was closed, or the
	 * thread interrupted
	 * @throws GatewayException if the gateway refused for good, or none is trusted
	 */
	public ReceivedRecord poll(Duration timeout) {
		ReceivedRecord taken = (this.next != null) ? this.next : this.log.poll(timeout);
		this.next = null;
		return taken;
	}

	/**
	 * Ends the reading, also where another thread waits for a record.
	 */
	@Override
	public void close() {
		this.log.close();
	}

}
