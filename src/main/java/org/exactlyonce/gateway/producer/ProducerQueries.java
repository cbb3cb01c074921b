package org.exactlyonce.gateway.producer;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.exactlyonce.gateway.bounds.PageMemory;
import org.exactlyonce.gateway.bounds.ReadLimits;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.store.Store;
import org.exactlyonce.gateway.store.Transactions;

import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;

/**
 * Reads where producers are. What an answer takes is counted before it is loaded: a
 * producer has a state for each partition it has written to.
 */
@Component
class ProducerQueries {

	/**
	 * Where a page ends. As many as a log may have partitions, so that one producer
	 * always fits.
	 */
	static final int MOST_STATES = 10_000;

	/** A state in the driver, as a row and as it is sent. */
	private static final long STATE_BYTES = 512;

	/** A producer with a long name. */
	private static final long PRODUCER_BYTES = 1536;

	private final ProducerRepository producers;

	private final Store store;

	private final Transactions transaction;

	private final ReadLimits limits;

	ProducerQueries(ProducerRepository producers, Store store, Transactions transaction, ReadLimits limits) {
		this.producers = producers;
		this.store = store;
		this.transaction = transaction;
		this.limits = limits;
	}

	/**
	 * Reads where a producer is.
	 * @param producerId its id
	 * @param memory gets what the answer takes
	 * @return the producer, or nothing if the id was never issued
	 * @throws ProblemException 429 if too many are reading, or there is no memory in time
	 */
	Optional<ProducerView> find(long producerId, PageMemory memory) {
		return read(1, () -> this.producers.findById(producerId).stream().toList(), memory).producers()
			.stream()
			.findFirst();
	}

	/**
	 * Finds a producer by its name.
	 * @param name any text
	 * @param memory gets what the answer takes
	 * @return the producer, or nothing if the name is unknown
	 * @throws ProblemException 429 as above
	 */
	List<ProducerView> findByName(String name, PageMemory memory) {
		return read(1, () -> this.producers.findByName(name).stream().toList(), memory).producers();
	}

	/**
	 * Pages through the producers in the order of their ids.
	 * @param after where to go on, exclusive
	 * @param limit how many at most
	 * @param memory gets what the answer takes
	 * @return the producers: fewer than the limit if they have many states, but one at
	 * least if there is one
	 * @throws ProblemException 429 as above
	 */
	Page page(long after, int limit, PageMemory memory) {
		return read(limit, () -> this.producers.findByIdGreaterThanOrderById(after, Limit.of(limit + 1)), memory);
	}

	private Page read(int limit, Supplier<List<Producer>> query, PageMemory memory) {
		for (;;) {
			Optional<Page> page = this.limits.inTurn(
					() -> this.store.durably(() -> this.transaction.run(() -> memory.tryReserve(limit * PRODUCER_BYTES)
							? page(query.get(), limit, memory) : Optional.empty())));
			if (page.isPresent()) {
				return page.get();
			}
			memory.await(); // without a connection
		}
	}

	/**
	 * Reads where a producer is that was just registered again.
	 * @param producer the producer
	 * @param memory gets what the answer takes
	 * @return the producer
	 * @throws ProblemException 429 if there is no memory in time
	 */
	ProducerView registered(Producer producer, PageMemory memory) {
		for (;;) {
			Optional<Page> page = this.transaction.run(() -> page(List.of(producer), 1, memory));
			if (page.isPresent()) {
				return page.get().producers().get(0);
			}
			memory.await();
		}
	}

	/** Reads the states of consecutive producers, or nothing without memory for them. */
	private Optional<Page> page(List<Producer> found, int limit, PageMemory memory) {
		if (found.isEmpty()) {
			return Optional.of(new Page(List.of(), false));
		}
		List<Producer> producers = found.subList(0, Math.min(found.size(), limit));
		long first = producers.get(0).id();
		long last = producers.get(producers.size() - 1).id();
		int count = this.producers.countStates(first, last, MOST_STATES + 1);
		if (!memory.tryReserve(limit * PRODUCER_BYTES + count * STATE_BYTES)) {
			return Optional.empty();
		}
		List<ProducerState> states = this.producers.findStates(first, last, Limit.of(MOST_STATES + 1));
		// the last of too many is perhaps not complete
		long end = (states.size() > MOST_STATES) ? states.get(MOST_STATES).producerId() : last + 1;
		if (end == first) {
			throw new IllegalStateException("Producer " + first + " has more states than there may be partitions");
		}
		Map<Long, List<ProducerState>> byProducer = states.stream()
			.collect(Collectors.groupingBy(ProducerState::producerId));
		List<ProducerView> views = producers.stream()
			.filter((producer) -> producer.id() < end)
			.map((producer) -> ProducerView.of(producer, byProducer.getOrDefault(producer.id(), List.of())))
			.toList();
		return Optional.of(new Page(views, views.size() < found.size()));
	}

	/**
	 * Producers in the order of their ids.
	 *
	 * @param producers the producers
	 * @param more whether others follow
	 */
	record Page(List<ProducerView> producers, boolean more) {
	}

}
