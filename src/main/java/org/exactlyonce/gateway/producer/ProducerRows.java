package org.exactlyonce.gateway.producer;

import java.time.Instant;
import java.util.Optional;

import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.quota.Quotas;
import org.exactlyonce.gateway.request.Requester;
import org.exactlyonce.gateway.store.Transactions;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * Writes the rows of producers that register or are given away, each in a transaction of
 * its own. Whose a producer is, is compared in the statement that changes its row.
 */
final class ProducerRows {

	private static final int MAX_ATTEMPTS = 5;

	private final ProducerRepository producers;

	private final Transactions transaction;

	private final Quotas quotas;

	ProducerRows(ProducerRepository producers, Transactions transaction, Quotas quotas) {
		this.producers = producers;
		this.transaction = transaction;
		this.quotas = quotas;
	}

	/**
	 * Creates a producer, or raises the epoch of a known name. Older epochs are not
	 * fenced yet.
	 * @param name the stable name, or null for an anonymous producer
	 * @param requester who registers it, and owns it from now on
	 * @param createdAt when it is registered, if it is new
	 * @return the producer, or nothing if the name is another's
	 * @throws ProblemException 429 if it is new, and the requester owns as many as it may
	 */
	Optional<Registered> register(@Nullable String name, Requester requester, Instant createdAt) {
		for (int attempt = 1;; attempt++) {
			try {
				Optional<Known> known = (name != null) ? this.transaction.run(() -> raiseEpoch(name, requester))
						: Optional.empty();
				if (known.isPresent()) {
					return known.filter(Known::raised).map((one) -> new Registered(one.producer(), false));
				}
				Producer created = new Producer(name, requester.name(), createdAt);
				return Optional.of(new Registered(this.transaction.run(() -> create(created)), true));
			}
			catch (DataIntegrityViolationException | ConcurrencyFailureException ex) {
				// another call registered the name, or held its row, at the same moment
				if (attempt == MAX_ATTEMPTS) {
					throw ex;
				}
			}
		}
	}

	/**
	 * What is counted is what is committed: registrations that are in progress at the
	 * same time, here or elsewhere, do not see one another.
	 */
	private Producer create(Producer producer) {
		String owner = producer.owner();
		this.quotas.requireRoomForProducer(owner,
				(most) -> (owner != null) ? this.producers.countOwned(owner, most) : 0);
		return this.producers.saveAndFlush(producer);
	}

	/** Nothing, if the name was never registered. */
	private Optional<Known> raiseEpoch(String name, Requester requester) {
		boolean raised = this.producers.raiseEpoch(name, requester.name()) == 1;
		Optional<Producer> known = this.producers.findByName(name);
		if (!raised && known.filter((producer) -> requester.mayOwn(producer.owner())).isPresent()) {
			throw new ConcurrencyFailureException("The name was registered, or given away, at the same moment");
		}
		return known.map((producer) -> new Known(producer, raised));
	}

	/**
	 * Gives a producer away. Appends of its former owner may still be in progress.
	 * @param id the producer
	 * @param owner the owner from now on, or null for none
	 * @return the producer, or nothing if the id was never issued
	 */
	Optional<Producer> give(long id, @Nullable String owner) {
		for (int attempt = 1;; attempt++) {
			try {
				return this.transaction
					.run(() -> (this.producers.give(id, owner) == 1) ? this.producers.findById(id) : Optional.empty());
			}
			catch (ConcurrencyFailureException ex) {
				// another call held the producer's row
				if (attempt == MAX_ATTEMPTS) {
					throw ex;
				}
			}
		}
	}

	/**
	 * A producer that was there, and whether its epoch is raised: else it is another's.
	 */
	private record Known(Producer producer, boolean raised) {
	}

	/**
	 * A producer whose row is committed.
	 *
	 * @param producer the producer
	 * @param created whether it is new
	 */
	record Registered(Producer producer, boolean created) {
	}

}
