package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.exactlyonce.gateway.topic.KnownTopics;
import org.jspecify.annotations.Nullable;

/**
 * Reads how far a partition is relayed, from Kafka alone. Right only after the fence:
 * then no transaction of the partition is open, and the end of what is committed is the
 * end of all that ever will be of earlier relays.
 */
final class CursorReader {

	private static final Duration POLL = Duration.ofMillis(200);

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	/** For transactions of other partitions, while others wait for the worker. */
	private static final Duration PATIENCE_WITH_OTHERS = Duration.ofSeconds(3);

	/** Cursors, markers and what was aborted: the last cursor is almost always here. */
	private static final long FIRST_WINDOW = 200;

	private final KafkaClients clients;

	private final RelayTopics topics;

	private final KnownTopics known;

	private final String cursorTopic;

	CursorReader(KafkaClients clients, RelayTopics topics, KnownTopics known, RelayProperties properties) {
		this.clients = clients;
		this.topics = topics;
		this.known = known;
		this.cursorTopic = properties.cursorTopic();
	}

	/**
	 * Looks at the cursor without a fence: it may be an old one.
	 * @param partition the partition
	 * @param strict whether records without a cursor are refused already
	 * @return what was committed, if there is any
	 * @throws RelayRefusedException if the two topics do not belong together
	 */
	Look peek(RelayedPartition partition, boolean strict) {
		try (Consumer<byte[], byte[]> consumer = this.clients.consumer()) {
			long end = end(consumer, cursors(partition));
			Look found = new Look(last(consumer, partition, 0, end), end);
			if (strict) {
				requireTogether(consumer, partition, found.cursor());
			}
			return found;
		}
	}

	/**
	 * Reads the cursor. Transactions of other partitions may be open where it is, and
	 * hide what is behind their beginning: they are waited for, as far as there is
	 * anything now.
	 * @param partition the partition, whose earlier relays are fenced
	 * @param before what was found before the fence
	 * @return the cursor that was committed last, and the Kafka topic that it is of
	 * @throws RelayRefusedException if the two topics do not belong together
	 */
	Place read(RelayedPartition partition, Look before) {
		try (Consumer<byte[], byte[]> consumer = this.clients.consumer()) {
			long end = this.topics.end(cursors(partition));
			boolean known = before.end() <= end;
			Optional<Cursor> since = last(consumer, partition, known ? before.end() : 0, end);
			Optional<Cursor> cursor = (since.isPresent() || !known) ? since : before.cursor();
			return requireTogether(consumer, partition, cursor);
		}
	}

	/** The id is asked for after the end: a topic that is made later begins below it. */
	private Place requireTogether(Consumer<byte[], byte[]> consumer, RelayedPartition partition,
			Optional<Cursor> cursor) {
		TopicPartition records = partition.kafka();
		long relayed = cursor.map(Cursor::nextOffset).orElse(0L);
		long end = end(consumer, records);
		String id = this.topics.id(partition.topic());
		String before = cursor.map(Cursor::kafkaTopicId).orElse(null);
		boolean same = id != null && id.equals(before);
		if (relayed > 0 && id != null && before != null && !same) {
			throw createdAnew(partition, "is of one with the id " + id, relayed + " were relayed to " + before,
					" If it is a whole copy of the one before, write that record again as it was, without the header "
							+ Cursor.KAFKA_TOPIC_ID + ".");
		}
		// what was aborted raises the end, too
		boolean topicIsUsed = (relayed > 0 && same) ? end > 0 : hasRecords(consumer, records);
		if (topicIsUsed && cursor.isEmpty()) {
			throw new RelayRefusedException("Partition " + records.partition() + " of the topic " + records.topic()
					+ " has records, but the topic " + this.cursorTopic + " does not know how far the relay was.",
					"Find the cursor topic that belongs to it, or name topics that do not exist yet in "
							+ (partition.topic().isRecords() ? "gateway.relay.topic and gateway.relay.cursor-topic"
									: "gateway.relay.topic-prefix")
							+ ": the whole log is relayed to them.");
		}
		if (relayed > 0 && !topicIsUsed) {
			throw createdAnew(partition, "never had a record", relayed + " were relayed", "");
		}
		return new Place(cursor.orElse(Cursor.START),
				new WrittenOffsets(partition, end, id, () -> this.topics.id(partition.topic())));
	}

	private RelayRefusedException createdAnew(RelayedPartition partition, String found, String said, String more) {
		return new RelayRefusedException(
				"Partition " + partition.number() + " of the topic " + partition.topic().kafkaTopic() + " " + found
						+ ", but the topic " + this.cursorTopic + " says that " + said
						+ ": the topic was created anew.",
				"Delete the topic " + this.cursorTopic
						+ " as well, if it has no cursors of other topics, or write a record to it with the key "
						+ partition.cursorKey() + " and without a value: what the log has is relayed again then."
						+ more);
	}

	private TopicPartition cursors(RelayedPartition partition) {
		return new TopicPartition(this.cursorTopic, partition.cursorPartition());
	}

	/** The partition's last committed cursor, looked for from the end backwards. */
	private Optional<Cursor> last(Consumer<byte[], byte[]> consumer, RelayedPartition partition, long from, long end) {
		TopicPartition cursors = cursors(partition);
		long start = Math.max(from, start(consumer, cursors));
		for (long window = FIRST_WINDOW;; window *= 10) {
			long first = Math.max(start, end - window);
			ConsumerRecord<byte[], byte[]> last = readToEnd(consumer, cursors, first, end, PATIENCE_WITH_OTHERS,
					(record) -> partition.hasKey(record.key()), false);
			if (last != null || first == start) {
				return Optional.ofNullable(last)
					.filter((record) -> record.value() != null) // taken back by an
																// operator
					.map((record) -> Cursor.of(record, partition,
							(uuid) -> this.known.isDeleted(uuid, partition.topic().name())));
			}
		}
	}

	private static boolean hasRecords(Consumer<byte[], byte[]> consumer, TopicPartition partition) {
		long start = start(consumer, partition); // above 0: there were some, but too old
		return start > 0 || readToEnd(consumer, partition, start, end(consumer, partition), PATIENCE, (record) -> true,
				true) != null;
	}

	/**
	 * Reads until the position has passed the end; an empty poll means nothing.
	 * @return the last record that is wanted, or with {@code any} one of them; null if
	 * there is none
	 */
	private static @Nullable ConsumerRecord<byte[], byte[]> readToEnd(Consumer<byte[], byte[]> consumer,
			TopicPartition partition, long from, long end, Duration patience,
			Predicate<ConsumerRecord<byte[], byte[]>> wanted, boolean any) {
		consumer.assign(List.of(partition));
		consumer.seek(partition, from);
		ConsumerRecord<byte[], byte[]> last = null;
		long position = from;
		long moved = System.nanoTime();
		while (position < end && !(any && last != null)) {
			for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(partition)) {
				last = wanted.test(record) ? record : last;
			}
			long now = consumer.position(partition);
			if (now > position) {
				position = now;
				moved = System.nanoTime();
			}
			else if (System.nanoTime() - moved > patience.toNanos()) {
				// no time-out of the topic's own leaders, for which others of it would
				// wait
				throw new KafkaException("Kafka did not show " + partition + " from " + position + " to " + end
						+ ": it is slow, or a transaction is open there");
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

	/**
	 * What was found.
	 *
	 * @param cursor the last cursor, if there is one
	 * @param end up to where all was decided and looked at
	 */
	record Look(Optional<Cursor> cursor, long end) {
	}

	/**
	 * Where the relay goes on.
	 *
	 * @param cursor how far it is
	 * @param offsets where it is in Kafka
	 */
	record Place(Cursor cursor, WrittenOffsets offsets) {
	}

}
