package org.exactlyonce.gateway.log;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.bounds.ReadLimits;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.request.Digits;
import org.exactlyonce.gateway.store.Store;
import org.exactlyonce.gateway.store.StoreRefusedException;
import org.exactlyonce.gateway.store.Transactions;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;

/**
 * The partitions: created at start-up, and never fewer than before.
 */
@Component
public class Partitions implements InitializingBean {

	private final PartitionRepository repository;

	private final Transactions transaction;

	private final Store store;

	private final ReadLimits limits;

	private final SortedSet<Integer> numbers = new TreeSet<>();

	Partitions(PartitionRepository repository, Transactions transaction, Store store, ReadLimits limits,
			LogProperties properties) {
		this.repository = repository;
		this.transaction = transaction;
		this.store = store;
		this.limits = limits;
		IntStream.range(0, properties.partitions()).forEach(this.numbers::add);
	}

	@Override
	public void afterPropertiesSet() {
		Set<Integer> existing = this.transaction.run(this.repository::findAll)
			.stream()
			.map(LogPartition::partition)
			.collect(Collectors.toSet());
		if (!this.numbers.containsAll(existing)) {
			int needed = Collections.max(existing) + 1;
			throw new StoreRefusedException(
					"The log has " + needed + " partitions, gateway.partitions asks for " + this.numbers.size() + ".",
					"Set gateway.partitions to " + needed + " or more: a log never loses a partition.");
		}
		this.numbers.stream().filter((partition) -> !existing.contains(partition)).forEach(this::create);
	}

	private void create(int partition) {
		try {
			this.transaction.run(() -> this.repository.saveAndFlush(new LogPartition(partition)));
		}
		catch (DataIntegrityViolationException ex) {
			// another replica starts at the same moment and was first
		}
	}

	/**
	 * Which partitions there are, without asking the database.
	 * @return their numbers, in order
	 */
	public SortedSet<Integer> numbers() {
		return Collections.unmodifiableSortedSet(this.numbers);
	}

	/**
	 * Reads a partition's number from a path.
	 * @param segment the path's segment
	 * @return the number
	 * @throws ProblemException 404 if there is no such partition
	 */
	public int require(String segment) {
		long partition = Digits.parse(segment);
		if (partition != (int) partition || !this.numbers.contains((int) partition)) {
			String shown = (segment.length() <= 40) ? segment : segment.substring(0, 40) + "…";
			throw Problem
				.of(ProblemType.UNKNOWN_PARTITION,
						"There is no partition " + shown + ", they are " + this.numbers.first() + " to "
								+ this.numbers.last() + ".")
				.toException();
		}
		return (int) partition;
	}

	/**
	 * Reads the partitions' ends.
	 * @return the partitions in order, durable
	 */
	List<LogPartition> list() {
		return this.limits.inTurn(() -> this.store.durably(() -> this.transaction.run(this.repository::findAll)))
			.stream()
			.filter((partition) -> this.numbers.contains(partition.partition()))
			.toList();
	}

	/**
	 * Reads one partition's ends.
	 * @param partition its number
	 * @return the partition, durable
	 */
	LogPartition get(int partition) {
		return this.limits.inTurn(() -> this.store
			.durably(() -> this.transaction.run(() -> this.repository.findById(partition).orElseThrow())));
	}

}
