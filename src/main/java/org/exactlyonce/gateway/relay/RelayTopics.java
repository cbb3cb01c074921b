package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * The two topics: created if they are absent, refused if they cannot work. Thread-safe.
 */
final class RelayTopics implements AutoCloseable {

	private final KafkaClients clients;

	private final RelayProperties properties;

	/**
	 * How many a topic has: partition p of the log goes to its partition p, and Kafka
	 * leaves out no number.
	 */
	private final int partitions;

	private volatile @Nullable Admin admin;

	/** When the topics were last checked, and what was wrong. */
	private long looked = System.nanoTime();

	private @Nullable RuntimeException found;

	RelayTopics(KafkaClients clients, RelayProperties properties, SortedSet<Integer> numbers) {
		this.clients = clients;
		this.properties = properties;
		this.partitions = numbers.last() + 1;
	}

	/**
	 * Looks at the topics, and creates what is not there. Calls that come while another
	 * one looks get what that one has found, be it that Kafka does not answer.
	 * @throws RelayRefusedException if a topic that exists cannot be used
	 */
	void verify() {
		long asked = System.nanoTime();
		synchronized (this) {
			if (this.looked - asked <= 0) {
				this.found = look();
				this.looked = System.nanoTime();
			}
			if (this.found != null) {
				throw this.found;
			}
		}
	}

	private @Nullable RuntimeException look() {
		try {
			verifyNow();
			return null;
		}
		catch (RuntimeException ex) {
			return ex;
		}
	}

	private void verifyNow() {
		Admin connected = this.admin;
		if (connected == null) {
			connected = this.clients.admin();
			this.admin = connected;
		}
		String topic = this.properties.topic();
		String cursors = this.properties.cursorTopic();
		// records of any time are taken, as in the log
		ensure(connected, topic, Map.of(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime",
				TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, Long.toString(Long.MAX_VALUE)));
		boolean existed = ensure(connected, cursors,
				Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
		String policy = existed ? setting(connected, cursors, TopicConfig.CLEANUP_POLICY_CONFIG)
				: TopicConfig.CLEANUP_POLICY_COMPACT;
		if (!policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
			throw new RelayRefusedException(
					"The topic " + cursors + " has cleanup.policy=" + policy + ", so Kafka would forget the cursors.",
					"Set cleanup.policy=compact on the topic " + cursors
							+ ", or name another one in gateway.relay.cursor-topic.");
		}
	}

	/** Whether the topic was there before. */
	private boolean ensure(Admin admin, String topic, Map<String, String> settings) {
		Optional<Integer> found = partitions(admin, topic);
		if (found.isEmpty()) {
			// if another replica is faster this fails, and the next try finds the topic
			NewTopic wanted = new NewTopic(topic, Optional.of(this.partitions), Optional.empty());
			result(admin.createTopics(List.of(wanted.configs(settings))).all());
			return false;
		}
		if (found.get() != this.partitions) {
			throw otherCount(topic, found.get());
		}
		return true;
	}

	private RelayRefusedException otherCount(String topic, int found) {
		String message = "The topic " + topic + " has " + found + " partitions, the log has " + this.partitions + ".";
		return new RelayRefusedException(message, (found < this.partitions)
				? "Add partitions to the topic: kafka-topics.sh --alter --topic " + topic + " --partitions "
						+ this.partitions + "."
				: "Set gateway.partitions to " + found + ", or name topics that do not exist yet in "
						+ "gateway.relay.topic and gateway.relay.cursor-topic; a topic never loses a partition.");
	}

	private static Optional<Integer> partitions(Admin admin, String topic) {
		try {
			TopicDescription description = of(topic, result(admin.describeTopics(List.of(topic)).allTopicNames()));
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
