package org.exactlyonce.gateway.retention;

import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import org.exactlyonce.gateway.process.Periodic;
import org.exactlyonce.gateway.process.RepeatedTask;
import org.exactlyonce.gateway.store.ConnectionShare;
import org.exactlyonce.gateway.store.Store;
import org.exactlyonce.gateway.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;

/**
 * Deletes what is not kept, in small transactions on a thread of its own, every
 * {@code gateway.retention-interval}, and rests between them. Replicas may all have it:
 * in each transaction one of them works at a topic.
 */
@Component
class Retention implements SmartLifecycle {

	private static final Logger log = LoggerFactory.getLogger(Retention.class);

	/** For the transaction in progress when the gateway stops. */
	private static final Duration LAST_TRANSACTION = Duration.ofSeconds(10);

	private final EarlierClock clock;

	private final FirstBatches firstBatches;

	private final DeletedTopics deletedTopics;

	private final ExpiredBatches expiredBatches;

	private final ForgottenIds forgottenIds;

	private final UncountedBytes uncountedBytes;

	private final Periodic watch;

	private final Rests rests;

	private final BooleanSupplier running;

	private boolean failing;

	/** What was logged since all went well. */
	private final Set<String> warnedOf = new HashSet<>();

	@Bean
	static ConnectionShare retentionConnections() {
		return new ConnectionShare("retention", 1);
	}

	Retention(Transactions transactions, Store store, RetentionProperties properties, Clock clock,
			MeterRegistry meters) {
		this.clock = new EarlierClock(clock, store, transactions);
		this.firstBatches = new FirstBatches(transactions, this.clock, System::nanoTime);
		this.deletedTopics = new DeletedTopics(transactions);
		this.expiredBatches = new ExpiredBatches(transactions, this.clock, this.firstBatches);
		this.forgottenIds = new ForgottenIds(transactions, this.clock, properties.idRetention());
		this.uncountedBytes = new UncountedBytes(transactions);
		this.watch = new Periodic("retention", properties.retentionInterval(),
				new RepeatedTask("The look for what is not kept", this::look));
		this.rests = new Rests(this.watch::isRunning);
		this.running = this.firstBatches.keptUp(this.rests);
		FunctionCounter.builder("gateway.retention.records", this.expiredBatches, ExpiredBatches::deletedRecords)
			.description("Records that this replica has deleted, as their topics do not keep them")
			.register(meters);
		TimeGauge
			.builder("gateway.retention.overdue", this.firstBatches, TimeUnit.MILLISECONDS, FirstBatches::overdueMillis)
			.description("How long the oldest record is kept beyond its topic's retentionMs")
			.register(meters);
	}

	/** Looks once. */
	void look() {
		this.rests.begin();
		this.firstBatches.begin();
		boolean timed = attempt(this.clock::look);
		boolean counted = attempt(() -> this.uncountedBytes.count(this.running));
		boolean deleted = timed && attempt(() -> this.expiredBatches.delete(this.running));
		boolean purged = attempt(() -> this.deletedTopics.purge(this.running));
		boolean forgotten = timed && attempt(() -> this.forgottenIds.forget(this.running));
		this.rests.end();
		this.failing = !(timed && counted && deleted && purged && forgotten);
		if (!this.failing) {
			this.warnedOf.clear();
		}
		this.firstBatches.end(!this.failing);
	}

	/** What fails is tried again at the next look; the other parts go on. */
	private boolean attempt(Runnable part) {
		try {
			part.run();
			return true;
		}
		catch (RuntimeException ex) {
			if (this.warnedOf.add(ex.getMessage() + ex.getCause())) {
				log.warn("Expired records or ids, or those of deleted topics, could not be deleted; it is tried again",
						ex);
			}
			return false;
		}
	}

	@Override
	public void start() {
		this.watch.start();
	}

	/** A transaction in progress ends before the database is closed. */
	@Override
	public void stop() {
		this.watch.stop();
		try {
			if (!this.watch.awaitEnd(LAST_TRANSACTION)) {
				log.warn("A transaction of retention is still in progress");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public boolean isRunning() {
		return this.watch.isRunning();
	}

}
