package org.exactlyonce.gateway.support;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;

/**
 * What an operator does to topics.
 */
public final class TopicAdmin implements AutoCloseable {

	private final Admin admin;

	/**
	 * Connects.
	 * @param kafka the broker's address
	 */
	public TopicAdmin(String kafka) {
		this.admin = Admin.create(Map.of("bootstrap.servers", kafka));
	}

	/** Creates a topic. */
	public void create(String topic, int partitions, Map<String, String> settings) {
		done(this.admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(settings))).all());
	}

	/** Deletes a topic. */
	public void delete(String topic) {
		done(this.admin.deleteTopics(List.of(topic)).all());
	}

	/** Adds partitions to a topic. */
	public void grow(String topic, int partitions) {
		done(this.admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions))).all());
	}

	/** How many partitions a topic has. */
	public int partitions(String topic) {
		try {
			return this.admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size();
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Sets one of a topic's settings. */
	public void set(String topic, String name, String value) {
		done(this.admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic),
				List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET))))
			.all());
	}

	private static void done(KafkaFuture<?> future) {
		try {
			future.get();
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.admin.close();
	}

}
