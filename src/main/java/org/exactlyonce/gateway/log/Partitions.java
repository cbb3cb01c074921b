package org.exactlyonce.gateway.log;

import java.util.List;
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

	private final int count;

	private final List<Integer> numbers;

	Partitions(PartitionRepository repository, Transactions transaction, Store store, ReadLimits limits,
			LogProperties properties) {
		this.repository = repository;
		this.transaction = transaction;
		this.store = store;
		this.limits = limits;
		this.count = properties.partitions();
		this.numbers = IntStream.range(0, this.count).boxed().toList();
	}

	@Override
	public void afterPropertiesSet() {
		int existing = this.transaction.run(this.repository::findAll).size();
		if (existing > this.count) {
			throw new StoreRefusedException(
					"The log has " + existing + " partitions, gateway.partitions asks for " + this.count + ".",
					"Set gateway.partitions to " + existing + " or more: a log never loses a partition.");
		}
		for (int partition = existing; partition < this.count; partition++) {
			create(partition);
		}
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
	public List<Integer> numbers() {
		return this.numbers;
	}

	/**
	 * Reads a partition's number from a path.
	 * @param segment the path's segment
	 * @return the number
	 * @throws ProblemException 404 if there is no such partition
	 */
	public int require(String segment) {
		long partition = Digits.parse(segment);
		if (partition < 0 || partition >= this.count) {
			String shown = (segment.length() <= 40) ? segment : segment.substring(0, 40) + "…";
			throw Problem
				.of(ProblemType.UNKNOWN_PARTITION,
						"There is no partition " + shown + ", they are 0 to " + (this.count - 1) + ".")
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
			.subList(0, this.count);
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
