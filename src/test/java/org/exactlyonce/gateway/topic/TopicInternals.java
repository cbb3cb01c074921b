package org.exactlyonce.gateway.topic;

import org.exactlyonce.gateway.store.Transactions;

import org.springframework.context.ApplicationContext;

/**
 * Lets tests of the whole log use what only its own room may.
 */
public final class TopicInternals {

	private TopicInternals() {
	}

	/** Starts a gateway's first topic again, with another number of partitions set. */
	public static void start(ApplicationContext context, int partitions) {
		new RecordsTopic(context.getBean(TopicRepository.class), context.getBean(PartitionRepository.class),
				context.getBean(Transactions.class), new TopicProperties(partitions, 10_000))
			.afterPropertiesSet();
	}

	/** Takes a topic's partitions away, as its deletion does, and leaves the topic. */
	public static void takePartitions(ApplicationContext context, String topic) {
		context.getBean(Transactions.class).run(() -> {
			int id = context.getBean(TopicRepository.class).findByName(topic).orElseThrow().id();
			context.getBean(PartitionRepository.class).orphan(id);
			return id;
		});
	}

}
