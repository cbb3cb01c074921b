package org.exactlyonce.gateway.producer;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.exactlyonce.gateway.bounds.Allowance;
import org.exactlyonce.gateway.bounds.PageMemory;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.quota.Quotas;
import org.exactlyonce.gateway.request.Requester;
import org.exactlyonce.gateway.store.ConnectionShare;
import org.exactlyonce.gateway.store.Fences;
import org.exactlyonce.gateway.store.Store;
import org.exactlyonce.gateway.store.Transactions;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Service;

/**
 * Registers producers. Whatever raises an epoch commits the higher one first, then waits
 * for the {@linkplain Fences fence}, then reads the state it answers with: so that state
 * counts every append of the older epoch, and none can follow.
 */
@Service
class ProducerRegistry {

	private final ProducerRows rows;

	private final Fences fences;

	private final Store store;

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
			MeterRegistry meters, ProducerQueries queries, Quotas quotas, ProducerProperties properties) {
		this.rows = new ProducerRows(producers, transaction, quotas);
		this.clock = clock;
		this.fences = fences;
		this.store = store;
		this.epochs = new EpochRaise(producers, transaction);
		this.meters = meters;
		this.queries = queries;
		int turns = properties.maxConcurrent();
		this.turns = new Allowance(turns, properties.timeout(),
				"More than " + turns + " registrations are in progress.");
	}

	/**
	 * Registers a producer, or a known name once more.
	 * @param name the stable name, or null for an anonymous producer
	 * @param requester who registers it, and owns it from now on
	 * @param memory gets what the answer takes
	 * @return the producer, durable, with every older epoch fenced
	 * @throws ProblemException 403 if the name is another's, 429 if too many
	 * registrations are waiting, there is no memory for the answer in time, or the
	 * requester owns as many producers as it may
	 */
	Registration register(@Nullable String name, Requester requester, PageMemory memory) {
		Optional<Registration> registration = inTurn(() -> registerAndFence(name, requester, memory));
		count(registration.map((known) -> known.created() ? "created" : "renewed").orElse("rejected"));
		return registration
			.orElseThrow(() -> Problem.of(ProblemType.NOT_OWNER, "Producer " + name + " belongs to another principal.")
				.toException());
	}

	/**
	 * Raises a producer's epoch, whether it has a name or not.
	 * @param id the producer
	 * @param believed the epoch that the caller believes to hold, or null for any
	 * @param requester who raises it, and owns the producer from now on if it had no
	 * owner, unless it is an administrator
	 * @param memory gets what the answer takes
	 * @return the producer, durable, with every older epoch fenced
	 * @throws ProblemException 404 if the id was never issued or is another's, 403 if the
	 * epoch is an older one, 400 if it was never issued, 429 as above
	 */
	ProducerView raiseEpoch(long id, @Nullable Long believed, Requester requester, PageMemory memory) {
		Raised raised = inTurn(() -> raiseAndFence(id, believed, requester, memory));
		ProducerView producer = raised.producer();
		count((producer != null) ? "renewed" : "rejected");
		if (producer == null) {
			throw raised.outcome().refusal();
		}
		return producer;
	}

	/**
	 * Gives a producer away. Waits for the fence too, so that no append of the former
	 * owner follows the answer.
	 * @param id the producer
	 * @param owner the owner from now on, or null for none
	 * @param requester who gives it, an administrator
	 * @param memory gets what the answer takes
	 * @return the producer, durable, or nothing if the id was never issued
	 * @throws ProblemException 429 as above
	 */
	Optional<ProducerView> give(long id, @Nullable String owner, Requester requester, PageMemory memory) {
		Optional<ProducerView> given = inTurn(() -> this.rows.give(id, owner).map((producer) -> {
			this.fences.await(id);
			return view(producer, requester, memory);
		}));
		count(given.isPresent() ? "given" : "rejected");
		return given;
	}

	private <T> T inTurn(Supplier<T> work) {
		try {
			return this.turns.with(1, () -> durably(work));
		}
		catch (ProblemException ex) {
			count((ex.problem().type() == ProblemType.STORE_UNAVAILABLE) ? "failed" : "refused");
			throw ex;
		}
	}

	private <T> T durably(Supplier<T> work) {
		try {
			this.store.requireRoom();
			return this.store.durably(work);
		}
		catch (ProblemException ex) {
			throw ex; // a refusal
		}
		catch (RuntimeException ex) {
			count("failed");
			throw ex;
		}
	}

	private void count(String outcome) {
		Counter.builder("gateway.registrations")
			.description("Answered registrations, epoch raises and ownership changes")
			.tag("outcome", outcome)
			.register(this.meters)
			.increment();
	}

	/** Nothing, if the name is another's. */
	private Optional<Registration> registerAndFence(@Nullable String name, Requester requester, PageMemory memory) {
		Instant createdAt = this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
		return this.rows.register(name, requester, createdAt).map((registered) -> {
			Producer producer = registered.producer();
			if (registered.created()) {
				return new Registration(ProducerView.of(producer, List.of(), requester), true);
			}
			this.fences.await(producer.id());
			return new Registration(view(producer, requester, memory), false);
		});
	}

	private Raised raiseAndFence(long id, @Nullable Long believed, Requester requester, PageMemory memory) {
		EpochRaise.Outcome outcome = this.epochs.raise(id, believed, requester);
		Producer producer = outcome.raisedProducer();
		if (producer == null) {
			return new Raised(outcome, null);
		}
		this.fences.await(producer.id());
		return new Raised(outcome, view(producer, requester, memory));
	}

	/** What is done by now must not be refused as if nothing was. */
	private ProducerView view(Producer producer, Requester requester, PageMemory memory) {
		try {
			return this.queries.registered(producer, requester, memory);
		}
		catch (ProblemException ex) {
			throw Problem.of(ProblemType.STORE_UNAVAILABLE,
					"Producer %d has the epoch %d now, but there is no memory for the whole answer: read GET /producers/%d first."
						.formatted(producer.id(), producer.epoch(), producer.id()))
				.toException();
		}
	}

	/**
	 * The result of a raise, and the producer's state after the fence, if it was raised.
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
