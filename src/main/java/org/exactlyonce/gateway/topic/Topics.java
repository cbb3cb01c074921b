package org.exactlyonce.gateway.topic;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.bounds.ReadLimits;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.store.Store;
import org.exactlyonce.gateway.store.Transactions;

import org.springframework.stereotype.Component;

/**
 * The topics: made, changed, deleted and listed. One change at a time, across replicas.
 */
@Component
class Topics {

	private final TopicRepository topics;

	private final PartitionRepository partitions;

	private final KnownTopics known;

	private final Transactions transactions;

	private final Store store;

	private final ReadLimits limits;

	private final TopicProperties properties;

	private final Clock clock;

	Topics(TopicRepository topics, PartitionRepository partitions, KnownTopics known, Transactions transactions,
			Store store, ReadLimits limits, TopicProperties properties, Clock clock) {
		this.topics = topics;
		this.partitions = partitions;
		this.known = known;
		this.transactions = transactions;
		this.store = store;
		this.limits = limits;
		this.properties = properties;
		this.clock = clock;
	}

	/**
	 * Makes a topic, or replaces the settings of one.
	 * @param name its name, well-formed
	 * @param settings what it is to be
	 * @return the topic, durable
	 * @throws ProblemException 409 if it would lose partitions, or there would be too
	 * many
	 */
	Put put(String name, TopicRequest settings) {
		Put put = inTurn(() -> {
			this.topics.lockRecords();
			Optional<Topic> found = this.topics.findByName(name);
			Topic topic = found.orElseGet(() -> new Topic(name, instant()));
			int wanted = settings.partitions()
				.orElse(found.isPresent() ? topic.partitions() : this.properties.partitions());
			requirePossible(topic, wanted);
			if (wanted > topic.partitions()) {
				// not for a retention alone, which makes room
				this.store.requireRoom();
			}
			if (found.isPresent() && wanted > topic.partitions()) {
				// what was spread by key is committed before, or sees the growth
				this.topics.lockByName(name);
				this.partitions.lock(topic.id());
			}
			topic.retain(settings.retentionMs(), settings.retentionBytes());
			if (found.isEmpty()) {
				this.topics.saveAndFlush(topic);
			}
			grow(topic, wanted);
			return new Put(this.topics.saveAndFlush(topic), found.isEmpty());
		});
		this.known.forget(name);
		return put;
	}

	private void requirePossible(Topic topic, int wanted) {
		int before = topic.partitions();
		if (wanted < before) {
			throw conflict("The topic " + topic.name() + " has " + before + " partitions, and a topic never loses one: "
					+ wanted + " is too few.");
		}
		long all = this.topics.countPartitions() + wanted - before;
		if (wanted > before && all > this.properties.maxPartitions()) {
			throw conflict("All topics together would have " + all + " partitions, and may have "
					+ this.properties.maxPartitions() + ": gateway.max-partitions.");
		}
	}

	private void grow(Topic topic, int wanted) {
		Integer[] added = IntStream.range(topic.partitions(), wanted).boxed().toArray(Integer[]::new);
		if (added.length == 0) {
			return;
		}
		if (topic.id() == Topic.RECORDS_ID) {
			this.partitions.insertOfRecords(added);
		}
		else {
			this.partitions.insert(topic.id(), added);
		}
		topic.grow(wanted);
	}

	/**
	 * Deletes a topic. What waits for the lock of one of its partitions finds it gone;
	 * what it stored is purged later.
	 * @param name its name
	 * @throws ProblemException 404 if there is none; 409 for {@code records}
	 */
	void delete(String name) {
		if (name.equals(Topic.RECORDS)) {
			throw conflict("The topic " + Topic.RECORDS + " cannot be deleted.");
		}
		inTurn(() -> {
			this.topics.lockRecords();
			// its row before those of its partitions, as retention locks them
			Topic topic = this.topics.lockByName(name).orElseThrow(() -> KnownTopics.unknown(name));
			this.partitions.lock(topic.id());
			this.partitions.orphan(topic.id());
			this.topics.remember(topic.uuid(), name, instant());
			this.topics.delete(topic);
			return topic;
		});
		this.known.forget(name);
	}

	/**
	 * Lists the topics.
	 * @return all, by name, durable
	 */
	List<Topic> list() {
		return inTurn(this.topics::findAll).stream().sorted(Comparator.comparing(Topic::name)).toList();
	}

	/**
	 * Finds a topic.
	 * @param name any text
	 * @return the topic, durable
	 * @throws ProblemException 404 if there is none
	 */
	Topic get(String name) {
		return inTurn(() -> this.topics.findByName(name)).orElseThrow(() -> KnownTopics.unknown(name));
	}

	private Instant instant() {
		return this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
	}

	private <T> T inTurn(Supplier<T> work) {
		return this.limits.inTurn(() -> this.transactions.durably(work));
	}

	private static ProblemException conflict(String detail) {
		return Problem.of(ProblemType.TOPIC_CONFLICT, detail).toException();
	}

	/**
	 * A topic as it is now.
	 *
	 * @param topic the topic
	 * @param created whether it is new
	 */
	record Put(Topic topic, boolean created) {
	}

}
