package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads how far a partition is relayed, from Kafka alone. Right only after the fence:
 * then no transaction of the partition is open, and the end of what is committed is the
 * end of all that ever will be of earlier relays.
 */
final class CursorReader {

	private static final Duration POLL = Duration.ofMillis(200);

	private static final long PATIENCE_NANOS = Duration.ofSeconds(10).toNanos();

	/** Cursors, markers and what was aborted: the last cursor is almost always here. */
	private static final long FIRST_WINDOW = 200;

	private final KafkaClients clients;

	private final RelayProperties properties;

	CursorReader(KafkaClients clients, RelayProperties properties) {
		this.clients = clients;
		this.properties = properties;
	}

	/**
	 * Reads the cursor.
	 * @param partition the partition, whose earlier relays are fenced
	 * @return the cursor that was committed last
	 * @throws RelayRefusedException if the two topics do not belong together
	 */
	Cursor read(int partition) {
		TopicPartition cursors = new TopicPartition(this.properties.cursorTopic(), partition);
		TopicPartition records = new TopicPartition(this.properties.topic(), partition);
		try (Consumer<byte[], byte[]> consumer = this.clients.consumer()) {
			Optional<Cursor> cursor = last(consumer, cursors).map(this::cursor);
			boolean relayedBefore = cursor.isPresent() && cursor.get().nextOffset() > 0;
			boolean topicIsUsed = relayedBefore ? end(consumer, records) > 0 : hasRecords(consumer, records);
			if (topicIsUsed && !relayedBefore) {
				throw new RelayRefusedException(
						"Partition " + partition + " of the topic " + records.topic() + " has records, but the topic "
								+ cursors.topic() + " does not know how far the relay was.",
						"Find the cursor topic that belongs to it, or name topics that do not exist yet in "
								+ "gateway.relay.topic and gateway.relay.cursor-topic: the whole log is relayed to them.");
			}
			if (relayedBefore && !topicIsUsed) {
				throw new RelayRefusedException(
						"Partition " + partition + " of the topic " + records.topic()
								+ " never had a record, but the topic " + cursors.topic() + " says that "
								+ cursor.get().nextOffset() + " were relayed: the topic was created anew.",
						"Delete the topic " + cursors.topic() + " as well: the whole log is relayed again then.");
			}
			return cursor.orElse(Cursor.START);
		}
	}

	/**
	 * Looks at the cursor without a fence: it may be an old one.
	 * @param partition the partition
	 * @return a cursor that was committed, if there is one
	 */
	Optional<Cursor> peek(int partition) {
		try (Consumer<byte[], byte[]> consumer = this.clients.consumer()) {
			return last(consumer, new TopicPartition(this.properties.cursorTopic(), partition)).map(this::cursor);
		}
	}

	private Cursor cursor(ConsumerRecord<byte[], byte[]> record) {
		return Cursor.of(record, this.properties.topic());
	}

	/** The last committed record, looked for from the end backwards. */
	private static Optional<ConsumerRecord<byte[], byte[]>> last(Consumer<byte[], byte[]> consumer,
			TopicPartition partition) {
		long end = end(consumer, partition);
		long start = start(consumer, partition);
		for (long window = FIRST_WINDOW;; window *= 10) {
			long from = Math.max(start, end - window);
			ConsumerRecord<byte[], byte[]> last = readToEnd(consumer, partition, from, end, false);
			if (last != null || from == start) {
				return Optional.ofNullable(last);
			}
		}
	}

	private static boolean hasRecords(Consumer<byte[], byte[]> consumer, TopicPartition partition) {
		long start = start(consumer, partition); // above 0: there were some, but too old
		return start > 0 || readToEnd(consumer, partition, start, end(consumer, partition), true) != null;
	}

	/**
	 * Reads until the position has passed the end; an empty poll means nothing.
	 * @return the last record, or with {@code any} one of them; null if there is none
	 */
	private static @Nullable ConsumerRecord<byte[], byte[]> readToEnd(Consumer<byte[], byte[]> consumer,
			TopicPartition partition, long from, long end, boolean any) {
		consumer.assign(List.of(partition));
		consumer.seek(partition, from);
		ConsumerRecord<byte[], byte[]> last = null;
		long position = from;
		long moved = System.nanoTime();
		while (position < end && !(any && last != null)) {
			for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(partition)) {
				last = record;
			}
			long now = consumer.position(partition);
			if (now > position) {
				position = now;
				moved = System.nanoTime();
			}
			else if (System.nanoTime() - moved > PATIENCE_NANOS) {
				throw new TimeoutException("Kafka did not show " + partition + " from " + position + " to " + end);
			}
		}
		return last;
	}

	/** Where what is committed ends. */
	private static long end(Consumer<byte[], byte[]> consumer, TopicPartition partition) {
		return offset(consumer.endOffsets(List.of(partition)), partition);
	}

	private static long start(Consumer<byte[], byte[]> consumer, TopicPartition partition) {
		return offset(consumer.beginningOffsets(List.of(partition)), partition);
	}

	private static long offset(Map<TopicPartition, Long> offsets, TopicPartition partition) {
		Long offset = offsets.get(partition);
		if (offset == null) {
			throw new TimeoutException("Kafka did not say where " + partition + " ends");
		}
		return offset;
	}

}
