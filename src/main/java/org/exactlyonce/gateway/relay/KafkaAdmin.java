package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * What the relay asks Kafka about topics, and has it do with them. Connects when it is
 * asked first; each call waits for Kafka's answer, and throws what is wrong. Thread-safe.
 */
final class KafkaAdmin implements AutoCloseable {

	private final KafkaClients clients;

	private volatile @Nullable Admin admin;

	KafkaAdmin(KafkaClients clients) {
		this.clients = clients;
	}

	private synchronized Admin connected() {
		Admin connected = this.admin;
		if (connected == null) {
			connected = this.clients.admin();
			this.admin = connected;
		}
		return connected;
	}

	/** Where a partition ends, with what is not committed. */
	long end(TopicPartition partition) {
		ListOffsetsOptions all = new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED);
		return of(partition, result(connected().listOffsets(Map.of(partition, OffsetSpec.latest()), all).all()))
			.offset();
	}

	/** A topic as it is now; nothing if there is none of the name. */
	Optional<TopicDescription> describe(String topic) {
		try {
			return Optional.of(of(topic, result(connected().describeTopics(List.of(topic)).allTopicNames())));
		}
		catch (UnknownTopicOrPartitionException ex) {
			return Optional.empty();
		}
	}

	/**
	 * What tells a topic from others that had, or will have, its name.
	 * @param topic the topic
	 * @return its id in Kafka; null if this Kafka gives none
	 * @throws UnknownTopicOrPartitionException if there is no such topic
	 */
	@Nullable String id(String topic) {
		Uuid id = describe(topic).orElseThrow(() -> new UnknownTopicOrPartitionException("There is no topic " + topic))
			.topicId();
		return Uuid.ZERO_UUID.equals(id) ? null : id.toString();
	}

	void create(String topic, int partitions, Map<String, String> settings) {
		NewTopic created = new NewTopic(topic, Optional.of(partitions), Optional.empty());
		result(connected().createTopics(List.of(created.configs(settings))).all());
	}

	void grow(String topic, int partitions) {
		result(connected().createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions))).all());
	}

	/** A topic's setting, which it has in any case. */
	String setting(String topic, String name) {
		ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
		return of(resource, result(connected().describeConfigs(List.of(resource)).all())).get(name).value();
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
