package org.exactlyonce.gateway.topic;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.exactlyonce.gateway.bounds.ReadLimits;
import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.request.Digits;
import org.exactlyonce.gateway.store.Transactions;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Finds the partition that a path names. Remembers what it has found, and asks the
 * database for what it does not know: another replica may have made or grown the topic.
 * What it remembers may be deleted meanwhile: then the partition's row is of no topic,
 * which its user sees and {@linkplain #forget says}. An id is never used again, so that a
 * topic made anew under a name is never taken for the one before.
 */
@Component
public class KnownTopics {

	private static final int SHOWN = 40;

	/** How often a topic may be another in the middle of one request. */
	private static final int TRIES = 5;

	private final Map<String, TopicLayout> known = new ConcurrentHashMap<>();

	private final TopicRepository topics;

	private final PartitionRepository partitions;

	private final Transactions transactions;

	private final ReadLimits limits;

	/**
	 * Knows nothing yet.
	 * @param records is complete by now
	 */
	KnownTopics(RecordsTopic records, TopicRepository topics, PartitionRepository partitions, Transactions transactions,
			ReadLimits limits) {
		this.topics = topics;
		this.partitions = partitions;
		this.transactions = transactions;
		this.limits = limits;
	}

	/**
	 * Finds the partition that a path names.
	 * @param topic the topic's name, or null for {@code records}
	 * @param partition the path's segment
	 * @return the partition
	 * @throws ProblemException 404 if there is no such topic, or no such partition in it;
	 * 429 if too many are reading
	 */
	public TopicPartition require(@Nullable String topic, String partition) {
		long number = Digits.parse(partition);
		TopicLayout layout = layout(topic, (number < 0) ? Long.MAX_VALUE : number, partition);
		return layout.partition((int) number);
	}

	/**
	 * Finds the topic that a path names.
	 * @param topic the topic's name, or null for {@code records}
	 * @param highest the highest partition that it must have, or −1
	 * @return the topic's partitions
	 * @throws ProblemException 404 if there is no such topic, or no such partition in it;
	 * 429 if too many are reading
	 */
	public TopicLayout layout(@Nullable String topic, long highest) {
		return layout(topic, highest, Long.toString(highest));
	}

	private TopicLayout layout(@Nullable String topic, long highest, String text) {
		String name = nameOf(topic);
		TopicLayout layout = this.known.get(name);
		if (layout == null || highest >= layout.size()) {
			layout = load(name, TopicLayout::newer).orElseThrow(() -> unknown(name));
		}
		if (highest >= layout.size()) {
			throw Problem
				.of(ProblemType.UNKNOWN_PARTITION,
						"There is no partition " + FieldErrors.shortened(text, SHOWN)
								+ (name.equals(Topic.RECORDS) ? "" : " in the topic " + name) + "; they are 0 to "
								+ (layout.size() - 1) + ".")
				.toException();
		}
		return layout;
	}

	/**
	 * Works with the partition that a path names. If it turns out to be gone, it is
	 * looked for again, once.
	 * @param <T> the result's type
	 * @param topic the topic's name, or null for {@code records}
	 * @param partition the path's segment
	 * @param work what to do; throws {@link PartitionGoneException} if it is gone
	 * @return the result
	 * @throws ProblemException as above
	 */
	public <T> T with(@Nullable String topic, String partition, Function<TopicPartition, T> work) {
		try {
			return work.apply(require(topic, partition));
		}
		catch (PartitionGoneException ex) {
			load(nameOf(topic), TopicLayout::found);
			return work.apply(require(topic, partition));
		}
	}

	/**
	 * Does the same with work that takes its time, several times if need be.
	 * @param <T> the result's type
	 * @param topic the topic's name, or null for {@code records}
	 * @param partition the path's segment
	 * @param work what to do; fails with {@link PartitionGoneException} if it is gone
	 * @param executor asks the database in that case
	 * @return the result
	 * @throws ProblemException as above
	 */
	public <T> CompletableFuture<T> withLater(@Nullable String topic, String partition,
			Function<TopicPartition, CompletableFuture<T>> work, Executor executor) {
		return withLater(nameOf(topic), () -> require(topic, partition), work, executor, TRIES);
	}

	/**
	 * Does the same with a topic.
	 * @param <T> the result's type
	 * @param topic the topic's name, or null for {@code records}
	 * @param highest the highest partition that it must have, or −1
	 * @param work what to do; fails with {@link PartitionGoneException} if it is gone, or
	 * has other partitions
	 * @param executor asks the database in that case
	 * @return the result
	 * @throws ProblemException as above
	 */
	public <T> CompletableFuture<T> withLater(@Nullable String topic, long highest,
			Function<TopicLayout, CompletableFuture<T>> work, Executor executor) {
		return withLater(nameOf(topic), () -> layout(topic, highest), work, executor, TRIES);
	}

	private <F, T> CompletableFuture<T> withLater(String topic, Supplier<F> find,
			Function<F, CompletableFuture<T>> work, Executor executor, int tries) {
		return work.apply(find.get()).exceptionallyCompose((failure) -> {
			Throwable cause = (failure instanceof CompletionException) ? failure.getCause() : failure;
			if (!(cause instanceof PartitionGoneException)) {
				return CompletableFuture.failedFuture(failure);
			}
			if (tries == 1) {
				return CompletableFuture.failedFuture(Problem
					.of(ProblemType.STORE_UNAVAILABLE, "The topic " + topic + " changes faster than it can be found.")
					.toException());
			}
			return CompletableFuture.supplyAsync(() -> load(topic, TopicLayout::found), executor)
				.thenCompose((loaded) -> withLater(topic, find, work, executor, tries - 1));
		});
	}

	/**
	 * What tells cheaply whether topics were made, grown or deleted.
	 * @return the number of partitions of each topic, by an id that is never used again
	 */
	public Map<Integer, Integer> sizes() {
		return this.transactions.run(this.topics::findSizes)
			.stream()
			.collect(Collectors.toMap(TopicRepository.Size::id, TopicRepository.Size::partitions));
	}

	/**
	 * Every partition of every topic.
	 * @return the partitions in the order of their ids, durable
	 */
	public List<TopicPartition.Placed> partitions() {
		return this.transactions.durably(this.partitions::findAllOfTopics);
	}

	/**
	 * Whether a topic is deleted.
	 * @param uuid the topic's
	 * @param name the name that it had
	 * @return false if this database never had it, or has it
	 */
	public boolean isDeleted(UUID uuid, String name) {
		return this.transactions.durably(() -> this.topics.countDeleted(uuid, name)) > 0;
	}

	/**
	 * Whether a partition is where it was found, as far as is known without asking.
	 * @param partition the partition
	 * @return false if its topic was changed or deleted by this gateway
	 */
	public boolean isKnown(TopicPartition partition) {
		TopicLayout layout = this.known.get(partition.topic());
		return layout != null && layout.topicId() == partition.topicId();
	}

	/**
	 * Asks the database again when the topic is used next.
	 * @param topic the topic's name
	 */
	public void forget(String topic) {
		this.known.remove(topic);
	}

	private Optional<TopicLayout> load(String name, BinaryOperator<TopicLayout> which) {
		Optional<TopicLayout> layout = this.limits
			.inTurn(() -> this.transactions.durably(() -> this.topics.findByName(name)
				.map((topic) -> new TopicLayout(name, topic.id(), List.copyOf(this.partitions.findIds(topic.id()))))
				.filter((found) -> found.size() > 0))); // deleted in between
		layout.ifPresentOrElse((found) -> this.known.merge(name, found, which), () -> forget(name));
		return layout;
	}

	/**
	 * The name of the topic that a path is about.
	 * @param topic the topic's name in the path, or null if it has none
	 * @return that, or {@code records}
	 */
	public static String nameOf(@Nullable String topic) {
		return (topic != null) ? topic : Topic.RECORDS;
	}

	static ProblemException unknown(String topic) {
		String detail = "There is no topic \"%s\". PUT /topics/{topic} makes one, and nothing else does.";
		return Problem.of(ProblemType.UNKNOWN_TOPIC, detail.formatted(FieldErrors.shortened(topic, SHOWN)))
			.toException();
	}

}
