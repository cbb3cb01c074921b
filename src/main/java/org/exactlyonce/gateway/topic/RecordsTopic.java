package org.exactlyonce.gateway.topic;

import java.util.Set;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.store.StoreRefusedException;
import org.exactlyonce.gateway.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.stereotype.Component;

/**
 * The topic that is always there, complete before anything asks for its partitions.
 */
@Component
class RecordsTopic implements InitializingBean {

	private static final Logger log = LoggerFactory.getLogger(RecordsTopic.class);

	private final TopicRepository topics;

	private final PartitionRepository partitions;

	private final Transactions transactions;

	private final TopicProperties properties;

	RecordsTopic(TopicRepository topics, PartitionRepository partitions, Transactions transactions,
			TopicProperties properties) {
		this.topics = topics;
		this.partitions = partitions;
		this.transactions = transactions;
		this.properties = properties;
	}

	/**
	 * Makes what it lacks. A topic never loses a partition, whatever the setting says.
	 */
	@Override
	public void afterPropertiesSet() {
		int wanted = this.properties.partitions();
		int found = this.transactions.run(this::complete);
		if (found > wanted) {
			log.warn("The topic {} keeps its {} partitions; gateway.partitions, which is {}, counts for new topics",
					Topic.RECORDS, found, wanted);
		}
	}

	private int complete() {
		Topic records = this.topics.lockRecords();
		int before = records.partitions();
		int wanted = Math.max(before, this.properties.partitions());
		long all = this.topics.countPartitions() + wanted - before;
		if (wanted > before && all > this.properties.maxPartitions()) {
			throw new StoreRefusedException(
					"With gateway.partitions=" + wanted + " all topics together would have " + all
							+ " partitions, and may have " + this.properties.maxPartitions() + ".",
					"Set gateway.max-partitions to " + all + " or more, or gateway.partitions to " + before + ".");
		}
		if (wanted > before) {
			this.partitions.lock(Topic.RECORDS_ID);
		}
		Set<Integer> existing = Set.copyOf(this.partitions.findIds(Topic.RECORDS_ID));
		Integer[] missing = IntStream.range(0, wanted)
			.filter((partition) -> !existing.contains(partition))
			.boxed()
			.toArray(Integer[]::new);
		this.partitions.insertOfRecords(missing);
		records.grow(wanted);
		this.topics.saveAndFlush(records);
		return before;
	}

}
