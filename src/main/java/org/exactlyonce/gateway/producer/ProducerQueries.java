package org.exactlyonce.gateway.producer;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.exactlyonce.gateway.bounds.PageMemory;
import org.exactlyonce.gateway.bounds.ReadLimits;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.request.Requester;
import org.exactlyonce.gateway.store.Transactions;

import org.jspecify.annotations.Nullable;

import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;

/**
 * Reads the states of producers. What an answer takes is counted before it is loaded: a
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

	private final Transactions transaction;

	private final ReadLimits limits;

	ProducerQueries(ProducerRepository producers, Transactions transaction, ReadLimits limits) {
		this.producers = producers;
		this.transaction = transaction;
		this.limits = limits;
	}

	/**
	 * Reads where a producer is.
	 * @param producerId its id
	 * @param requester who asks
	 * @param memory gets what the answer takes
	 * @return the producer, or nothing if the id was never issued, or is another's
	 * @throws ProblemException 429 if too many are reading, or there is no memory in time
	 */
	Optional<ProducerView> find(long producerId, Requester requester, PageMemory memory) {
		return read(1, () -> seen(this.producers.findById(producerId), requester), requester, memory).producers()
			.stream()
			.findFirst();
	}

	/**
	 * Finds a producer by its name.
	 * @param name any text
	 * @param requester who asks
	 * @param memory gets what the answer takes
	 * @return the producer, or nothing if the name is unknown, or another's
	 * @throws ProblemException 429 as above
	 */
	List<ProducerView> findByName(String name, Requester requester, PageMemory memory) {
		return read(1, () -> seen(this.producers.findByName(name), requester), requester, memory).producers();
	}

	private static List<Producer> seen(Optional<Producer> found, Requester requester) {
		return found.filter((producer) -> requester.sees(producer.owner())).stream().toList();
	}

	/**
	 * Pages through the producers in the order of their ids: an administrator's through
	 * all, another's through its own.
	 * @param after where to go on, exclusive
	 * @param limit how many at most
	 * @param requester who asks
	 * @param memory gets what the answer takes
	 * @return the producers: fewer than the limit if they have many states, but one at
	 * least if there is one
	 * @throws ProblemException 429 as above
	 */
	Page page(long after, int limit, Requester requester, PageMemory memory) {
		String owner = requester.seesOnly();
		Limit more = Limit.of(limit + 1);
		return read(limit,
				() -> (owner != null) ? this.producers.findByOwnerAndIdGreaterThanOrderById(owner, after, more)
						: this.producers.findByIdGreaterThanOrderById(after, more),
				requester, memory);
	}

	private Page read(int limit, Supplier<List<Producer>> query, Requester requester, PageMemory memory) {
		for (;;) {
			Optional<Page> page = this.limits
				.inTurn(() -> this.transaction.durably(() -> memory.tryReserve(limit * PRODUCER_BYTES)
						? page(query.get(), limit, requester, memory) : Optional.empty()));
			if (page.isPresent()) {
				return page.get();
			}
			memory.await(); // without a connection
		}
	}

	/**
	 * Reads where a producer is that was just registered again.
	 * @param producer the producer
	 * @param requester who gets the answer
	 * @param memory gets what the answer takes
	 * @return the producer
	 * @throws ProblemException 429 if there is no memory in time
	 */
	ProducerView registered(Producer producer, Requester requester, PageMemory memory) {
		for (;;) {
			Optional<Page> page = this.transaction.run(() -> page(List.of(producer), 1, requester, memory));
			if (page.isPresent()) {
				return page.get().producers().get(0);
			}
			memory.await();
		}
	}

	/** Reads the states of consecutive producers, or nothing without memory for them. */
	private Optional<Page> page(List<Producer> found, int limit, Requester requester, PageMemory memory) {
		if (found.isEmpty()) {
			return Optional.of(new Page(List.of(), false));
		}
		List<Producer> producers = found.subList(0, Math.min(found.size(), limit));
		long first = producers.get(0).id();
		long last = producers.get(producers.size() - 1).id();
		String owner = (first != last) ? requester.seesOnly() : null;
		int count = (owner != null) ? this.producers.countStates(owner, first, last, MOST_STATES + 1)
				: this.producers.countStates(first, last, MOST_STATES + 1);
		if (!memory.tryReserve(limit * PRODUCER_BYTES + count * STATE_BYTES)) {
			return Optional.empty();
		}
		List<ProducerState> states = states(owner, first, last);
		// the last of too many is perhaps not complete
		long end = (states.size() > MOST_STATES) ? states.get(MOST_STATES).producerId() : last + 1;
		if (end == first) {
			throw new IllegalStateException("Producer " + first + " has more states than there may be partitions");
		}
		Map<Long, List<ProducerState>> byProducer = states.stream()
			.collect(Collectors.groupingBy(ProducerState::producerId));
		List<ProducerView> views = producers.stream()
			.filter((producer) -> producer.id() < end)
			.map((producer) -> ProducerView.of(producer, byProducer.getOrDefault(producer.id(), List.of()), requester))
			.toList();
		return Optional.of(new Page(views, views.size() < found.size()));
	}

	private List<ProducerState> states(@Nullable String owner, long first, long last) {
		Limit most = Limit.of(MOST_STATES + 1);
		return (owner != null) ? this.producers.findStates(owner, first, last, most)
				: this.producers.findStates(first, last, most);
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
