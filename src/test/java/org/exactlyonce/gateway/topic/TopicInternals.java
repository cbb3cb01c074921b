package org.exactlyonce.gateway.topic;

import java.time.Clock;

import org.exactlyonce.gateway.bounds.ReadLimits;
import org.exactlyonce.gateway.store.Store;
import org.exactlyonce.gateway.store.Transactions;

import org.springframework.context.ApplicationContext;

/**
 * Lets tests of the whole log use what only its own room may.
 */
public final class TopicInternals {

	private TopicInternals() {
	}

	/** Starts a gateway's topics again, with another number of partitions set. */
	public static void start(ApplicationContext context, int partitions) {
		new Topics(context.getBean(TopicRepository.class), context.getBean(PartitionRepository.class),
				context.getBean(KnownTopics.class), context.getBean(Transactions.class), context.getBean(Store.class),
				context.getBean(ReadLimits.class), new TopicProperties(partitions, 10_000),
				context.getBean(Clock.class))
			.afterPropertiesSet();
	}

}
