package org.exactlyonce.client;

import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;

import org.exactlyonce.client.internals.LogReader;
import org.exactlyonce.client.internals.RecordSource;
import org.exactlyonce.client.internals.TopicReader;

/**
 * Reads the records of a partition, or of all partitions of a topic, and waits for those
 * that are yet to come. Those of a partition come in the order of their offsets. When a
 * gateway does not answer it goes on where it was. For one thread; another one may close
 * it.
 */
public final class RecordReader implements Iterator<ReceivedRecord>, AutoCloseable {

	private final RecordSource log;

	private ReceivedRecord next;

	private RecordReader(RecordSource log) {
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
	 * Opens a reader of all partitions of a topic: none of them waits for another, and
	 * those that the topic gets meanwhile are read from their start, which is noticed
	 * within {@link ReaderSettings#metadataMaxAge}. There is a request of each partition
	 * under way.
	 * @param settings how it works
	 * @param topic the topic
	 * @param from where to begin in each partition
	 * @return the reader
	 * @throws InvalidTopicException if no topic can have this name
	 * @throws IllegalArgumentException if it is an offset, which belongs to one partition
	 */
	public static RecordReader open(ReaderSettings settings, String topic, Position from) {
		if (from.kind() == Position.Kind.OFFSET) {
			throw new IllegalArgumentException("Offset " + from.offset() + " belongs to one partition: name the"
					+ " partition, or begin at a map of partitions and offsets.");
		}
		return new RecordReader(new TopicReader(settings, topic, from));
	}

	/**
	 * Opens a reader of all partitions of a topic that goes on where another one was: in
	 * each partition behind the {@link ReceivedRecord#offset() offset} of the last record
	 * that was taken of it, which is that offset and 1.
	 * @param settings how it works
	 * @param topic the topic
	 * @param offsets the offset to begin at, by partition; a partition that is not in it
	 * begins at its start
	 * @return the reader; it fails by an {@link UnknownPartitionException} if the topic
	 * has not all of these partitions
	 * @throws InvalidTopicException if no topic can have this name
	 * @throws IllegalArgumentException if a partition or an offset is negative
	 */
	public static RecordReader open(ReaderSettings settings, String topic, Map<Integer, Long> offsets) {
		offsets.forEach((partition, offset) -> {
			if (partition < 0 || offset < 0) {
				throw new IllegalArgumentException(
						"Offset " + offset + " of partition " + partition + ": one of them is negative.");
			}
		});
		return new RecordReader(new TopicReader(settings, topic, Map.copyOf(offsets)));
	}

	/**
	 * Waits for a record.
	 * @return false if the reader was closed, or the thread interrupted, which it stays
	 * @throws OffsetOutOfRangeException if retention has deleted the record to go on at
	 * @throws LogMismatchException if the log ends below what was read, or begun at
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
	 * @throws OffsetOutOfRangeException if retention has deleted the record to go on at
	 * @throws LogMismatchException if the log ends below what was read, or begun at
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
	 * @throws OffsetOutOfRangeException if retention has deleted the record to go on at
	 * @throws LogMismatchException if the log ends below what was read, or begun at
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
