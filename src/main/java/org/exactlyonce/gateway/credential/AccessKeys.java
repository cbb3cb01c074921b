package org.exactlyonce.gateway.credential;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import org.exactlyonce.gateway.access.Rights.Grant;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.store.Store;
import org.exactlyonce.gateway.store.Transactions;
import org.jspecify.annotations.Nullable;

import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Service;

/**
 * Makes, lists and revokes access keys. What it has answered is durable.
 */
@Service
class AccessKeys {

	/** So many that every replica can have all of them in memory. */
	static final int MAX_KEYS = 10_000;

	private final AccessKeyRepository keys;

	private final Store store;

	private final Transactions transactions;

	private final ValidKeys valid;

	private final Clock clock;

	AccessKeys(AccessKeyRepository keys, Store store, Transactions transactions, ValidKeys valid, Clock clock) {
		this.keys = keys;
		this.store = store;
		this.transactions = transactions;
		this.valid = valid;
		this.clock = clock;
	}

	/**
	 * Makes a key.
	 * @param name the principal
	 * @param rights what its holder may do
	 * @param expiresAt when it ends, or null for never
	 * @return what is kept of it, and the key itself, which is kept nowhere
	 * @throws ProblemException 429 if there are as many as there may be
	 */
	Made make(String name, List<Grant> rights, @Nullable Instant expiresAt) {
		String key = NewKey.random();
		AccessKey row = new AccessKey(name, KeyDigest.ofKey(key), rights,
				this.clock.instant().truncatedTo(ChronoUnit.MILLIS), expiresAt);
		this.store.requireRoom();
		return changing(() -> {
			if (this.keys.count() >= MAX_KEYS) {
				throw Problem
					.of(ProblemType.OVERLOADED,
							"There are " + MAX_KEYS + " keys, which is as many as there may be; revoke some.")
					.toException();
			}
			return new Made(this.keys.saveAndFlush(row), key);
		});
	}

	List<AccessKey> list(long after, int limit) {
		return this.transactions.durably(() -> this.keys.findByIdGreaterThanOrderById(after, Limit.of(limit)));
	}

	Optional<AccessKey> find(long id) {
		return this.transactions.durably(() -> this.keys.findById(id));
	}

	/**
	 * Revokes a key.
	 * @param id the key
	 * @return false if there is none
	 */
	boolean revoke(long id) {
		return changing(() -> this.keys.deleteKey(id) == 1);
	}

	private <T> T changing(Supplier<T> work) {
		try {
			return this.transactions.durably(work);
		}
		finally {
			this.valid.changed();
		}
	}

	/**
	 * A new key.
	 *
	 * @param row what is kept of it
	 * @param key the key
	 */
	record Made(AccessKey row, String key) {

		/** Leaves the key out. */
		@Override
		public String toString() {
			return "Made[id=" + this.row.id() + "]";
		}

	}

}
