package org.exactlyonce.gateway.producer;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.request.Allowance;
import org.exactlyonce.gateway.request.ReadLimits;
import org.exactlyonce.gateway.store.Store;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Registers producers and tells where they are. A registration under a known name commits
 * the higher epoch first, then waits for the {@link FenceBarrier}, then reads the state
 * it answers with: so that state counts every append of the older epoch, and none can
 * follow.
 */
@Service
class ProducerRegistry {

	private static final int MAX_ATTEMPTS = 5;

	private final ProducerRepository producers;

	private final FenceBarrier barrier;

	private final Store store;

	private final TransactionOperations transaction;

	private final Clock clock;

	private final MeterRegistry meters;

	private final ReadLimits limits;

	private final Allowance turns;

	ProducerRegistry(ProducerRepository producers, FenceBarrier barrier, Store store, TransactionOperations transaction,
			Clock clock, MeterRegistry meters, ReadLimits limits, ProducerProperties properties) {
		this.producers = producers;
		this.barrier = barrier;
		this.store = store;
		this.transaction = transaction;
		this.clock = clock;
		this.meters = meters;
		this.limits = limits;
		int turns = properties.maxConcurrentRegistrations();
		this.turns = new Allowance(turns, properties.registrationTimeout(),
				"More than " + turns + " registrations are in progress.");
	}

	/**
	 * Registers a producer, or a known name once more.
	 * @param name the stable name, or null for an anonymous producer
	 * @return the producer, durable, with every older epoch fenced
	 * @throws ProblemException 429 if too many registrations are waiting
	 */
	Registration register(@Nullable String name) {
		try {
			return this.turns.hold(1, () -> registerInTurn(name));
		}
		catch (ProblemException ex) {
			count("refused");
			throw ex;
		}
	}

	private Registration registerInTurn(@Nullable String name) {
		try {
			this.store.requireRoom();
			Registration registration = this.store.durably(() -> registerAndFence(name));
			count(registration.created() ? "created" : "renewed");
			return registration;
		}
		catch (RuntimeException ex) {
			count("failed");
			throw ex;
		}
	}

	private void count(String outcome) {
		Counter.builder("gateway.registrations")
			.description("Answered registrations")
			.tag("outcome", outcome)
			.register(this.meters)
			.increment();
	}

	private Registration registerAndFence(@Nullable String name) {
		Registered registered = createOrRaiseEpoch(name);
		if (registered.created()) {
			return new Registration(ProducerView.of(registered.producer(), List.of()), true);
		}
		this.barrier.await();
		return new Registration(view(registered.producer()), false);
	}

	private Registered createOrRaiseEpoch(@Nullable String name) {
		for (int attempt = 1;; attempt++) {
			try {
				Optional<Producer> known = (name != null) ? raiseEpoch(name) : Optional.empty();
				if (known.isPresent()) {
					return new Registered(known.get(), false);
				}
				Producer created = new Producer(name, this.clock.instant().truncatedTo(ChronoUnit.MILLIS));
				return new Registered(inTransaction(() -> this.producers.saveAndFlush(created)), true);
			}
			catch (DataIntegrityViolationException | ConcurrencyFailureException ex) {
				// another call registered the name, or held its row, at the same moment
				if (attempt == MAX_ATTEMPTS) {
					throw ex;
				}
			}
		}
	}

	private Optional<Producer> raiseEpoch(String name) {
		return inTransaction(
				() -> (this.producers.raiseEpoch(name) == 1) ? this.producers.findByName(name) : Optional.empty());
	}

	private ProducerView view(Producer producer) {
		return ProducerView.of(producer, inTransaction(() -> this.producers.findSequences(List.of(producer.id()))));
	}

	/**
	 * Tells where a producer is.
	 * @param producerId its id
	 * @return the producer, or nothing if the id was never issued
	 */
	Optional<ProducerView> find(long producerId) {
		return views(() -> this.producers.findById(producerId).stream().toList()).stream().findFirst();
	}

	/**
	 * Finds a producer by its name.
	 * @param name any text
	 * @return the producer, or nothing if the name is unknown
	 */
	List<ProducerView> findByName(String name) {
		return views(() -> this.producers.findByName(name).stream().toList());
	}

	/**
	 * Pages through the producers in the order of their ids.
	 * @param after where to go on, exclusive
	 * @param limit how many at most
	 * @return the producers
	 */
	List<ProducerView> page(long after, int limit) {
		return views(() -> this.producers.findByIdGreaterThanOrderById(after, Limit.of(limit)));
	}

	private List<ProducerView> views(Supplier<List<Producer>> query) {
		return this.limits.inTurn(() -> this.store.durably(() -> inTransaction(() -> {
			List<Producer> found = query.get();
			List<ProducerSequence> sequences = found.isEmpty() ? List.of()
					: this.producers.findSequences(found.stream().map(Producer::id).toList());
			Map<Long, List<ProducerSequence>> byProducer = sequences.stream()
				.collect(Collectors.groupingBy((sequence) -> sequence.key().producerId()));
			return found.stream()
				.map((producer) -> ProducerView.of(producer, byProducer.getOrDefault(producer.id(), List.of())))
				.toList();
		})));
	}

	private <T> T inTransaction(Supplier<T> work) {
		T result = this.transaction.execute((status) -> work.get());
		if (result == null) {
			throw new IllegalStateException("A transaction returned nothing");
		}
		return result;
	}

	/** A producer whose row is committed, its older epochs not yet fenced. */
	private record Registered(Producer producer, boolean created) {
	}

	/**
	 * A registration's answer.
	 *
	 * @param producer the producer
	 * @param created whether it is new
	 */
	record Registration(ProducerView producer, boolean created) {
	}

}
