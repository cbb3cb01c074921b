package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
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

	private final KafkaClients clients;

	private final RelayProperties properties;

	private final SharedLook cursors = new SharedLook();

	/** It never has fewer. */
	private final AtomicInteger cursorPartitions = new AtomicInteger();

	private volatile @Nullable Admin admin;

	RelayTopics(KafkaClients clients, RelayProperties properties) {
		this.clients = clients;
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
		ListOffsetsOptions all = new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED);
		return of(partition, result(connected().listOffsets(Map.of(partition, OffsetSpec.latest()), all).all()))
			.offset();
	}

	private void verifyNow(RelayedTopic topic) {
		topic.requireNameOfItsOwn(this.properties);
		Admin connected = connected();
		int wanted = topic.partitions();
		int found = ensure(connected, topic.kafkaTopic(), wanted, RECORDS);
		if (found < wanted && topic.isRelayed()) {
			grow(connected, topic.kafkaTopic(), wanted);
		}
		else if (found != wanted) {
			RelayRefusedException other = otherCount(topic, found);
			throw topic.isOtherForGood(found, System.nanoTime()) ? other
					: new KafkaException(other.getMessage() + " One of them may just grow.");
		}
		topic.relayed();
		verifyCursors(connected, topic.isRecords() ? wanted : RelayedPartition.SHARED_CURSORS);
	}

	private Admin connected() {
		Admin connected = this.admin;
		if (connected == null) {
			synchronized (this) {
				connected = this.admin;
				if (connected == null) {
					connected = this.clients.admin();
					this.admin = connected;
				}
			}
		}
		return connected;
	}

	/** All topics share a look, so that none waits for the looks of others in turn. */
	private void verifyCursors(Admin admin, int wanted) {
		if (this.cursorPartitions.getAndAccumulate(wanted, Math::max) < wanted) {
			this.cursors.renew();
		}
		this.cursors.take(() -> verifyCursorsNow(admin, this.cursorPartitions.get()), RECENT);
	}

	private void verifyCursorsNow(Admin admin, int wanted) {
		String cursors = this.properties.cursorTopic();
		if (ensure(admin, cursors, wanted, CURSORS) < wanted) {
			grow(admin, cursors, wanted);
		}
		String policy = setting(admin, cursors, TopicConfig.CLEANUP_POLICY_CONFIG);
		if (!policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
			throw new RelayRefusedException(
					"The topic " + cursors + " has cleanup.policy=" + policy + ", so Kafka would forget the cursors.",
					"Set cleanup.policy=compact on the topic " + cursors
							+ ", or name another one in gateway.relay.cursor-topic.");
		}
	}

	/** How many partitions the topic has, which is created if it is not there. */
	private static int ensure(Admin admin, String topic, int wanted, Map<String, String> settings) {
		Optional<Integer> found = partitions(admin, topic);
		if (found.isPresent()) {
			return found.get();
		}
		try {
			// if another replica is faster this fails, and the next try finds the topic
			NewTopic created = new NewTopic(topic, Optional.of(wanted), Optional.empty());
			result(admin.createTopics(List.of(created.configs(settings))).all());
			return wanted;
		}
		catch (InvalidTopicException | PolicyViolationException ex) {
			throw new RelayRefusedException("Kafka does not take the topic " + topic + ": " + ex.getMessage(),
					"Make a topic of another name, or set gateway.relay.topic-prefix, which is for all topics but "
							+ "records; or create it in Kafka, with " + wanted + " partitions.");
		}
	}

	private static void grow(Admin admin, String topic, int wanted) {
		try {
			result(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(wanted))).all());
		}
		catch (AuthorizationException | PolicyViolationException ex) {
			throw new RelayRefusedException("The topic " + topic + " needs " + wanted
					+ " partitions, and the gateway may not add them: " + ex.getMessage(),
					addPartitions(topic, wanted));
		}
	}

	private static RelayRefusedException otherCount(RelayedTopic topic, int found) {
		int wanted = topic.partitions();
		String name = topic.kafkaTopic();
		String log = topic.isRecords() ? "the log has " : "the log's topic " + topic.name() + " has ";
		String message = "The topic " + name + " has " + found + " partitions, " + log + wanted + ".";
		String grow = topic.isRecords()
				? "Set gateway.partitions to " + found
						+ ", or name topics that do not exist yet in gateway.relay.topic and gateway.relay.cursor-topic"
				: "Give the topic " + topic.name() + " " + found
						+ " partitions, by PUT /topics/{topic}, or set another gateway.relay.topic-prefix";
		return new RelayRefusedException(message,
				(found < wanted) ? addPartitions(name, wanted) : grow + "; a topic never loses a partition.");
	}

	private static String addPartitions(String topic, int wanted) {
		return "Add partitions to the topic: kafka-topics.sh --alter --topic " + topic + " --partitions " + wanted
				+ ".";
	}

	private static Optional<Integer> partitions(Admin admin, String topic) {
		try {
			TopicDescription description = of(topic, result(admin.describeTopics(List.of(topic)).allTopicNames()));
			if (description.isInternal()) {
				throw new RelayRefusedException("The topic " + topic + " is Kafka's own.",
						"Make a topic of another name, or set gateway.relay.topic-prefix, which is for all topics but records.");
			}
			return Optional.of(description.partitions().size());
		}
		catch (UnknownTopicOrPartitionException ex) {
			return Optional.empty();
		}
	}

	private static String setting(Admin admin, String topic, String name) {
		ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
		return of(resource, result(admin.describeConfigs(List.of(resource)).all())).get(name).value();
	}

	/** Kafka answers each that it is asked about, or fails. */
	private static <K, T> T of(K asked, Map<K, T> answers) {
		return Objects.requireNonNull(answers.get(asked));
	}

	private static <T> T result(KafkaFuture<T> future) {
		try {
			return future.get();
		}
		catch (InterruptedException ex) {
			throw new InterruptException(ex);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof RuntimeException cause) ? cause : new KafkaException(ex.getCause());
		}
	}

	/** What waits for Kafka's answer fails then. */
	@Override
	public void close() {
		Admin connected = this.admin;
		if (connected != null) {
			connected.close(Duration.ZERO);
		}
	}

}
