package org.exactlyonce.gateway.credential;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

import org.exactlyonce.gateway.access.AccessMode;
import org.exactlyonce.gateway.access.AccessProperties;
import org.exactlyonce.gateway.access.Caller;
import org.exactlyonce.gateway.access.Rights;
import org.exactlyonce.gateway.store.ConnectionShare;
import org.exactlyonce.gateway.store.Transactions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.annotation.Bean;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;

/**
 * The valid keys, as the database had them a moment ago. They are read again while they
 * are asked for: at the latest after {@link #FRESH}, and at once, though not more often
 * than after {@link #PAUSE}, for a key that is not among them, which another replica may
 * have made. If they cannot be read for as long as {@link #STALE}, it is not known which
 * are revoked. Thread-safe.
 */
@Component
class ValidKeys {

	static final Duration FRESH = Duration.ofSeconds(2);

	static final Duration STALE = Duration.ofSeconds(4);

	private static final String SILENT = "the database does not answer";

	private static final long PATIENCE_MILLIS = 1000;

	private static final Duration PAUSE = Duration.ofMillis(200);

	private static final Logger log = LoggerFactory.getLogger(ValidKeys.class);

	private static final Snapshot UNREAD = new Snapshot(Map.of(), 0, false);

	private final AccessKeyRepository repository;

	private final Transactions transactions;

	private final Clock clock;

	private final ReentrantLock reading = new ReentrantLock();

	private final Set<Long> used = ConcurrentHashMap.newKeySet();

	private final AtomicLong lookedAgainNanos = new AtomicLong(System.nanoTime() - PAUSE.toNanos());

	private volatile Snapshot snapshot = UNREAD;

	/** Guarded by the lock. */
	private @Nullable Failure failure;

	/** One to read with, and one for what administrators do to keys. */
	@Bean
	static ConnectionShare keyConnections(AccessProperties access) {
		return new ConnectionShare("access keys", (access.mode() == AccessMode.TOKEN) ? 2 : 0);
	}

	ValidKeys(AccessKeyRepository repository, Transactions transactions, Clock clock) {
		this.repository = repository;
		this.transactions = transactions;
		this.clock = clock;
	}

	/**
	 * Finds who holds a key.
	 * @param digest the key's digest
	 * @return the holder, or null if there is no such key, or it has expired
	 * @throws Caller.UncertainException if that is not known
	 */
	@Nullable Caller find(KeyDigest digest) {
		Valid key = upToDate(FRESH).keys.get(digest);
		if (key == null && mayLookAgain()) {
			key = upToDate(Duration.ZERO).keys.get(digest);
		}
		Instant instant = this.clock.instant();
		if (key == null || (key.expiresAt != null && !instant.isBefore(key.expiresAt))) {
			return null;
		}
		if (key.lastUsedAt == null || instant.isAfter(key.lastUsedAt.plus(1, ChronoUnit.HOURS))) {
			this.used.add(key.id);
		}
		return key.caller;
	}

	private boolean isValid(KeyDigest digest) {
		try {
			return find(digest) != null;
		}
		catch (Caller.UncertainException ex) {
			return true;
		}
	}

	/** Guesses must not cost a query each. */
	private boolean mayLookAgain() {
		long last = this.lookedAgainNanos.get();
		long nanos = System.nanoTime();
		return nanos - last >= PAUSE.toNanos() && this.lookedAgainNanos.compareAndSet(last, nanos);
	}

	/**
	 * Reads the keys anew when they are asked for next, since they were changed here.
	 */
	void changed() {
		this.reading.lock(); // what is being read was perhaps begun before
		try {
			this.snapshot = UNREAD;
		}
		finally {
			this.reading.unlock();
		}
	}

	private Snapshot upToDate(Duration age) {
		Snapshot seen = this.snapshot;
		if (seen.isYoungerThan(age)) {
			return seen;
		}
		// one reads; the others go on with what is not stale yet
		boolean mine = (!age.isZero() && seen.isYoungerThan(STALE)) ? this.reading.tryLock() : lock();
		if (!mine) {
			return seen;
		}
		try {
			return (this.snapshot != seen && this.snapshot.isYoungerThan(age)) ? this.snapshot : read(seen);
		}
		finally {
			this.reading.unlock();
		}
	}

	/** Not for long: threads are few, and the probes need some. */
	private boolean lock() {
		try {
			if (this.reading.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
				return true;
			}
			throw new Caller.UncertainException(SILENT, new TimeoutException("The access keys are being read"));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new Caller.UncertainException(SILENT, ex);
		}
	}

	private Snapshot read(Snapshot before) {
		long startedNanos = System.nanoTime();
		Failure last = this.failure;
		// those who waited for the lock do not wait for the database as well
		if (last != null && startedNanos - last.nanos < PAUSE.toNanos()) {
			throw last.toException();
		}
		try {
			this.snapshot = new Snapshot(this.transactions.run(this::load), startedNanos, true);
			this.failure = null;
			noteUsed();
			return this.snapshot;
		}
		catch (RuntimeException ex) {
			if (before.isYoungerThan(STALE)) {
				return before;
			}
			this.failure = new Failure(ex, System.nanoTime());
			throw this.failure.toException();
		}
	}

	/** Apart from what decides who gets in, which it must not hold up. */
	private void noteUsed() {
		Set<Long> seen = Set.copyOf(this.used);
		if (seen.isEmpty()) {
			return;
		}
		try {
			this.transactions.run(() -> this.repository.used(seen, this.clock.instant().truncatedTo(ChronoUnit.HOURS)));
			this.used.removeAll(seen);
		}
		catch (RuntimeException ex) {
			log.debug("The hour in which keys were used is noted later", ex);
		}
	}

	private Map<KeyDigest, Valid> load() {
		Map<KeyDigest, Valid> keys = new HashMap<>();
		for (AccessKey key : this.repository.findByIdGreaterThanOrderById(-1, Limit.unlimited())) {
			KeyDigest digest = key.digest();
			Caller caller = new Caller(key.name(), new Rights(key.rights()), () -> isValid(digest));
			keys.put(digest, new Valid(key.id(), caller, key.expiresAt(), key.lastUsedAt()));
		}
		return keys;
	}

	private record Snapshot(Map<KeyDigest, Valid> keys, long readNanos, boolean read) {

		private boolean isYoungerThan(Duration age) {
			return this.read && System.nanoTime() - this.readNanos < age.toNanos();
		}

	}

	private record Failure(RuntimeException cause, long nanos) {

		private Caller.UncertainException toException() {
			return new Caller.UncertainException(SILENT, this.cause);
		}

	}

	private record Valid(long id, Caller caller, @Nullable Instant expiresAt, @Nullable Instant lastUsedAt) {
	}

}
