package org.exactlyonce.gateway.producer;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.exactlyonce.gateway.bounds.Allowance;
import org.exactlyonce.gateway.bounds.PageMemory;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.store.ConnectionShare;
import org.exactlyonce.gateway.store.Fences;
import org.exactlyonce.gateway.store.Store;
import org.exactlyonce.gateway.store.Transactions;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Bean;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Service;

/**
 * Registers producers. Whatever raises an epoch commits the higher one first, then waits
 * for the {@linkplain Fences fence}, then reads the state it answers with: so that state
 * counts every append of the older epoch, and none can follow.
 */
@Service
class ProducerRegistry {

	private static final int MAX_ATTEMPTS = 5;

	private final ProducerRepository producers;

	private final Fences fences;

	private final Store store;

	private final Transactions transaction;

	private final EpochRaise epochs;

	private final Clock clock;

	private final MeterRegistry meters;

	private final ProducerQueries queries;

	private final Allowance turns;

	@Bean
	static ConnectionShare registrationConnections(ProducerProperties properties) {
		return new ConnectionShare("registrations", properties.maxConcurrent());
	}

	ProducerRegistry(ProducerRepository producers, Fences fences, Store store, Transactions transaction, Clock clock,
			MeterRegistry meters, ProducerQueries queries, ProducerProperties properties) {
		this.producers = producers;
		this.fences = fences;
		this.store = store;
		this.transaction = transaction;
		this.epochs = new EpochRaise(producers, transaction);
		this.clock = clock;
		this.meters = meters;
		this.queries = queries;
		int turns = properties.maxConcurrent();
		this.turns = new Allowance(turns, properties.timeout(),
				"More than " + turns + " registrations are in progress.");
	}

	/**
	 * Registers a producer, or a known name once more.
	 * @param name the stable name, or null for an anonymous producer
	 * @param memory gets what the answer takes
	 * @return the producer, durable, with every older epoch fenced
	 * @throws ProblemException 429 if too many registrations are waiting, or there is no
	 * memory for the answer in time
	 */
	Registration register(@Nullable String name, PageMemory memory) {
		Registration registration = inTurn(() -> registerAndFence(name, memory));
		count(registration.created() ? "created" : "renewed");
		return registration;
	}

	/**
	 * Raises a producer's epoch, whether it has a name or not.
	 * @param id the producer
	 * @param believed the epoch that the caller believes to hold, or null for any
	 * @param memory gets what the answer takes
	 * @return the producer, durable, with every older epoch fenced
	 * @throws ProblemException 404 if the id was never issued, 403 if the epoch is an
	 * older one, 400 if it was never issued, 429 as above
	 */
	ProducerView raiseEpoch(long id, @Nullable Long believed, PageMemory memory) {
		Raised raised = inTurn(() -> raiseAndFence(id, believed, memory));
		ProducerView producer = raised.producer();
		count((producer != null) ? "renewed" : "rejected");
		if (producer == null) {
			throw raised.outcome().refusal();
		}
		return producer;
	}

	private <T> T inTurn(Supplier<T> work) {
		try {
			return this.turns.hold(1, () -> durably(work));
		}
		catch (ProblemException ex) {
			count("refused");
			throw ex;
		}
	}

	private <T> T durably(Supplier<T> work) {
		try {
			this.store.requireRoom();
			return this.store.durably(work);
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

	private Registration registerAndFence(@Nullable String name, PageMemory memory) {
		Registered registered = createOrRaiseEpoch(name);
		if (registered.created()) {
			return new Registration(ProducerView.of(registered.producer(), List.of()), true);
		}
		this.fences.await(registered.producer().id());
		return new Registration(this.queries.registered(registered.producer(), memory), false);
	}

	private Raised raiseAndFence(long id, @Nullable Long believed, PageMemory memory) {
		EpochRaise.Outcome outcome = this.epochs.raise(id, believed);
		Producer producer = outcome.raisedProducer();
		if (producer == null) {
			return new Raised(outcome, null);
		}
		this.fences.await(producer.id());
		return new Raised(outcome, this.queries.registered(producer, memory));
	}

	private Registered createOrRaiseEpoch(@Nullable String name) {
		for (int attempt = 1;; attempt++) {
			try {
				Optional<Producer> known = (name != null) ? raiseEpoch(name) : Optional.empty();
				if (known.isPresent()) {
					return new Registered(known.get(), false);
				}
				Producer created = new Producer(name, this.clock.instant().truncatedTo(ChronoUnit.MILLIS));
				return new Registered(this.transaction.run(() -> this.producers.saveAndFlush(created)), true);
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
		return this.transaction
			.run(() -> (this.producers.raiseEpoch(name) == 1) ? this.producers.findByName(name) : Optional.empty());
	}

	/** A producer whose row is committed, its older epochs not yet fenced. */
	private record Registered(Producer producer, boolean created) {
	}

	/**
	 * What came of a raise, and where the producer is after the fence, if it was raised.
	 */
	private record Raised(EpochRaise.Outcome outcome, @Nullable ProducerView producer) {
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
