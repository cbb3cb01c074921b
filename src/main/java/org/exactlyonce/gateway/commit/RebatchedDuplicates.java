package org.exactlyonce.gateway.commit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.exactlyonce.gateway.log.BatchComparer;
import org.exactlyonce.gateway.log.DurableEnds;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.process.ProcessEnd;
import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.store.ConnectionShare;
import org.exactlyonce.gateway.topic.PartitionGoneException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;

/**
 * Compares retries that were batched otherwise, beside the lanes: a few threads serve one
 * producer in one partition after the other, each for a moment. Those that wait together
 * are compared in the order of their sequences, so that a batch is read once for all of
 * them. Stops after the lanes do, so that every accepted append is answered.
 */
@Component
class RebatchedDuplicates implements SmartLifecycle {

	private static final Logger log = LoggerFactory.getLogger(RebatchedDuplicates.class);

	private static final int WORKERS = 2;

	private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

	private static final long IDLE_MILLIS = 100;

	private static final long STOP_MILLIS = 5_000;

	private final BatchComparer comparer;

	private final DurableEnds ends;

	private final Map<ProducerSequence.Key, ProducerRetries> waiting = new HashMap<>();

	private final BlockingQueue<ProducerRetries> turns = new LinkedBlockingQueue<>();

	private final List<Thread> threads = new ArrayList<>();

	private volatile boolean running;

	@Bean
	static ConnectionShare duplicateConnections() {
		return new ConnectionShare("comparisons of duplicates", WORKERS);
	}

	RebatchedDuplicates(BatchComparer comparer, DurableEnds ends) {
		this.comparer = comparer;
		this.ends = ends;
	}

	/**
	 * Takes a retry, or refuses it at once if its producer has too many here. Its
	 * time-out may answer it first.
	 * @param retry the retry
	 */
	void submit(Retry retry) {
		ProducerSequence.Key key = retry.request().key(retry.repeated().identity());
		if (!add(key, retry)) {
			answer(retry, new AppendOutcome.Overloaded(
					"%d retries of producer %d that were batched otherwise wait in this partition, or %d bytes of them, which is the limit."
						.formatted(ProducerRetries.MOST, key.producerId(), ProducerRetries.MOST_BYTES)));
		}
	}

	private void answer(Retry retry, AppendOutcome outcome) {
		if (outcome instanceof AppendOutcome.Stored stored) {
			stored.receipt().publish(this.ends);
		}
		retry.pending().future().complete(outcome);
	}

	private synchronized boolean add(ProducerSequence.Key key, Retry retry) {
		ProducerRetries those = this.waiting.computeIfAbsent(key, ProducerRetries::new);
		if (!those.add(retry)) {
			return false;
		}
		schedule(those);
		return true;
	}

	private void schedule(ProducerRetries those) {
		if (!those.scheduled()) {
			those.scheduled(true);
			this.turns.add(those);
		}
	}

	private void work() {
		boolean more = true;
		while (more) {
			try {
				ProducerRetries those = this.turns.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
				if (those != null) {
					turn(those);
				}
				more = those != null || this.running;
			}
			catch (InterruptedException ex) {
				more = false;
			}
			catch (Throwable ex) {
				ProcessEnd.onOutOfMemory(ex);
				log.error("Retries could not be compared", ex); // the others can
			}
		}
	}

	private void turn(ProducerRetries those) {
		long end = System.nanoTime() + TURN_NANOS;
		try {
			Retry retry = next(those);
			while (retry != null) {
				compare(retry);
				retry = (System.nanoTime() - end < 0) ? next(those) : null;
			}
		}
		finally {
			end(those);
		}
	}

	private synchronized @Nullable Retry next(ProducerRetries those) {
		return those.next();
	}

	private synchronized void end(ProducerRetries those) {
		those.done();
		those.scheduled(false);
		if (those.isEmpty()) {
			this.waiting.remove(those.key());
		}
		else {
			schedule(those);
		}
	}

	private void compare(Retry retry) {
		if (retry.pending().expire()) {
			return;
		}
		try {
			answer(retry, retry.compare(this.comparer));
		}
		catch (PartitionGoneException ex) {
			answer(retry, new AppendOutcome.Gone());
		}
		catch (ProblemException ex) {
			answer(retry, new AppendOutcome.Overloaded("There is no memory to compare the retry with what is stored."));
		}
		catch (Throwable ex) {
			ProcessEnd.onOutOfMemory(ex);
			retry.pending().fail(CommitProblems.notConfirmed());
			log.warn("A retry could not be compared with what is stored", ex);
		}
	}

	/** Ends the wait of those whose time is over. Called by the one sweeper. */
	void sweep() {
		expire();
		this.comparer.sweep();
	}

	private synchronized void expire() {
		for (ProducerRetries those : this.waiting.values()) {
			those.expire();
		}
	}

	@Override
	public void start() {
		this.running = true;
		for (int i = 0; i < WORKERS; i++) {
			Thread thread = new Thread(this::work, "duplicates-" + i);
			thread.setDaemon(true);
			this.threads.add(thread);
			thread.start();
		}
	}

	@Override
	public void stop() {
		this.running = false;
		try {
			for (Thread thread : this.threads) {
				thread.join(STOP_MILLIS);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.threads.clear();
		failAll();
	}

	private synchronized void failAll() {
		this.waiting.values().forEach(ProducerRetries::fail);
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1536;
	}

}
