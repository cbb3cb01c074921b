package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.jspecify.annotations.Nullable;

/**
 * The topics in Kafka: created if they are absent, grown with the log, refused if they
 * cannot work. Thread-safe.
 */
final class RelayTopics implements AutoCloseable {

	/** How old a look may be where nothing is written yet. */
	private static final Duration RECENT = Duration.ofSeconds(5);

	/** Records of any time are taken, as in the log. */
	private static final Map<String, String> RECORDS = Map.of(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime",
			TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, Long.toString(Long.MAX_VALUE));

	/** Small segments, so that old cursors are soon compacted away. */
	private static final Map<String, String> CURSORS = Map.of(TopicConfig.CLEANUP_POLICY_CONFIG,
			TopicConfig.CLEANUP_POLICY_COMPACT, TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(16 * 1024 * 1024));

	private final KafkaAdmin kafka;

	private final RelayProperties properties;

	private final SharedLook cursors = new SharedLook();

	/** How many partitions of it records needs (true), and all others (false). */
	private final Map<Boolean, Integer> wishes = new ConcurrentHashMap<>();

	private volatile CursorTopic cursorTopic = new CursorTopic(0, null);

	RelayTopics(KafkaClients clients, RelayProperties properties) {
		this.kafka = new KafkaAdmin(clients);
		this.properties = properties;
	}

	/**
	 * Looks at a topic and at the cursor topic, and creates what is not there. Calls that
	 * come while another one looks get what that one has found, be it that Kafka does not
	 * answer.
	 * @param topic the topic
	 * @throws RelayRefusedException if a topic that exists cannot be used
	 */
	void verify(RelayedTopic topic) {
		topic.look().take(() -> verifyNow(topic));
	}

	/** Does so, unless all was well a moment ago. */
	void verifyRecently(RelayedTopic topic) {
		topic.look().take(() -> verifyNow(topic), RECENT);
	}

	/** Where a partition ends, with what is not committed. */
	long end(TopicPartition partition) {
		return this.kafka.end(partition);
	}

	/**
	 * Asks Kafka, whatever was found before.
	 * @param topic the topic
	 * @return Kafka's id of its topic, which another one of the name has not; null if
	 * this Kafka gives none
	 * @throws KafkaException if there is no such topic any more
	 */
	@Nullable String id(RelayedTopic topic) {
		return this.kafka.id(topic.kafkaTopic());
	}

	private void verifyNow(RelayedTopic topic) {
		topic.requireNameOfItsOwn(this.properties);
		int wanted = topic.partitions();
		int found = ensure(topic.kafkaTopic(), wanted, wanted, RECORDS);
		if (found < wanted && topic.isRelayed()) {
			grow(topic.kafkaTopic(), wanted);
		}
		else if (found != wanted) {
			RelayRefusedException other = topic.otherCount(found);
			throw topic.isOtherForGood(found, System.nanoTime()) ? other
					: new KafkaException(other.getMessage() + " One of them may just grow.");
		}
		topic.relayed();
		verifyCursors(topic.isRecords(), topic.isRecords() ? wanted : RelayedPartition.SHARED_CURSORS);
	}

	/**
	 * All topics share a look. One that needs more than there can be is refused alone.
	 */
	private void verifyCursors(boolean records, int wanted) {
		synchronized (this.wishes) { // who finds the wish there finds no look without it
			if (this.wishes.getOrDefault(records, 0) < wanted) {
				this.wishes.put(records, wanted);
				this.cursors.renew();
			}
		}
		boolean lacks = this.cursorTopic.partitions() < wanted;
		this.cursors.take(() -> verifyCursorsNow(), lacks ? SharedLook.BAD : RECENT);
		CursorTopic found = this.cursorTopic;
		if (found.partitions() < wanted && found.notGrown() != null) {
			throw found.notGrown();
		}
	}

	private void verifyCursorsNow() {
		String cursors = this.properties.cursorTopic();
		this.cursorTopic = grownAsFarAsItCan(cursors, new TreeSet<>(this.wishes.values()));
		String policy = this.kafka.setting(cursors, TopicConfig.CLEANUP_POLICY_CONFIG);
		if (!policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
			throw new RelayRefusedException(
					"The topic " + cursors + " has cleanup.policy=" + policy + ", so Kafka would forget the cursors.",
					"Set cleanup.policy=compact on the topic " + cursors
							+ ", or name another one in gateway.relay.cursor-topic.");
		}
	}

	private CursorTopic grownAsFarAsItCan(String cursors, NavigableSet<Integer> wishes) {
		int found = ensure(cursors, wishes.last(), wishes.first(), CURSORS);
		for (int wanted : wishes.tailSet(found, false)) {
			try {
				grow(cursors, wanted);
				found = wanted;
			}
			catch (RuntimeException ex) {
				return new CursorTopic(found, ex);
			}
		}
		return new CursorTopic(found, null);
	}

	/** How many partitions it has. Made with the least where Kafka refuses more. */
	private int ensure(String topic, int wanted, int least, Map<String, String> settings) {
		Optional<Integer> found = partitions(topic);
		if (found.isPresent()) {
			return found.get();
		}
		try {
			this.kafka.create(topic, wanted, settings);
			return wanted; // if another replica was faster, the next try finds it
		}
		catch (InvalidTopicException | InvalidPartitionsException | PolicyViolationException ex) {
			if (least < wanted) {
				return ensure(topic, least, least, settings);
			}
			throw new RelayRefusedException("Kafka does not take the topic " + topic + ": " + ex.getMessage(),
					"Make a topic of another name, or set gateway.relay.topic-prefix, which is for all topics but "
							+ "records; or create it in Kafka, with " + wanted + " partitions.");
		}
	}

	private void grow(String topic, int wanted) {
		try {
			this.kafka.grow(topic, wanted);
		}
		catch (AuthorizationException | PolicyViolationException ex) {
			throw new RelayRefusedException("The topic " + topic + " needs " + wanted
					+ " partitions, and the gateway may not add them: " + ex.getMessage(),
					addPartitions(topic, wanted));
		}
	}

	static String addPartitions(String topic, int wanted) {
		return "Add partitions to the topic: kafka-topics.sh --alter --topic " + topic + " --partitions " + wanted
				+ ".";
	}

	private Optional<Integer> partitions(String topic) {
		return this.kafka.describe(topic).map((description) -> {
			if (description.isInternal()) {
				throw new RelayRefusedException("The topic " + topic + " is Kafka's own.",
						"Make a topic of another name, or set gateway.relay.topic-prefix, which is for all topics but records.");
			}
			return description.partitions().size();
		});
	}

	/** What waits for Kafka's answer fails then. */
	@Override
	public void close() {
		this.kafka.close();
	}

	/**
	 * The topic of the cursors, as it was found.
	 *
	 * @param partitions how many it has
	 * @param notGrown why it has not as many as are wanted; null if it has
	 */
	private record CursorTopic(int partitions, @Nullable RuntimeException notGrown) {
	}

}
