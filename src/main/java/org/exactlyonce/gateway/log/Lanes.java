package org.exactlyonce.gateway.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The writer lanes, and the one sweeper of their deadlines. Starts before the web server
 * and stops after it, so that every accepted append is committed and answered.
 */
@Component("lanes")
class Lanes implements SmartLifecycle, HealthIndicator {

	private static final Logger log = LoggerFactory.getLogger(Lanes.class);

	private static final long SWEEP_MILLIS = 100;

	private final List<WriterLane> lanes = new ArrayList<>();

	private final List<Thread> threads = new CopyOnWriteArrayList<>();

	private final AppendMetrics metrics;

	private final Duration appendTimeout;

	private @Nullable ScheduledExecutorService sweeper;

	Lanes(LogAppender appender, DuplicateVerifier verifier, AppendMetrics metrics, LogProperties properties,
			MeterRegistry meters) {
		this.metrics = metrics;
		this.appendTimeout = properties.appendTimeout();
		for (int i = 0; i < properties.lanes(); i++) {
			WriterLane lane = new WriterLane(appender, verifier, metrics, properties);
			this.lanes.add(lane);
			Gauge.builder("gateway.lane.queue", lane, WriterLane::queued)
				.baseUnit("appends")
				.description("Appends that wait for their lane")
				.tag("lane", Integer.toString(i))
				.register(meters);
		}
	}

	/**
	 * Hands an append to its partition's lane.
	 * @param request what to append
	 * @return completed when the outcome is durable; or at once, exceptionally, when the
	 * queue is full
	 */
	CompletableFuture<AppendOutcome> submit(AppendRequest request) {
		this.metrics.submitted(request);
		PendingAppend pending = PendingAppend.of(request, this.appendTimeout);
		WriterLane lane = this.lanes.get(request.partition() % this.lanes.size());
		if (!lane.offer(pending)) {
			this.metrics.overloaded(request);
			pending.fail(lane.isStopping() ? Problem.of(ProblemType.STORE_UNAVAILABLE, "The gateway is stopping.")
					: Problem.of(ProblemType.OVERLOADED, lane.queued() + " appends are queued, which is the limit."));
			return pending.future();
		}
		return pending.future().whenComplete((outcome, failure) -> this.metrics.answered(pending, outcome));
	}

	@Override
	public void start() {
		for (int i = 0; i < this.lanes.size(); i++) {
			WriterLane lane = this.lanes.get(i);
			lane.open();
			Thread thread = new Thread(lane, "lane-" + i);
			this.threads.add(thread);
			thread.start();
		}
		ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor((sweep) -> {
			Thread thread = new Thread(sweep, "append-deadlines");
			thread.setDaemon(true);
			return thread;
		});
		this.sweeper = executor;
		executor.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
	}

	private void sweep() {
		try {
			this.lanes.forEach(WriterLane::sweep);
		}
		catch (Throwable ex) {
			log.error("Deadlines could not be swept", ex); // the next sweep comes all the
															// same
		}
	}

	@Override
	public void stop() {
		int queued = this.lanes.stream().mapToInt(WriterLane::queued).sum();
		log.info("Draining {} queued appends", queued);
		this.lanes.forEach(WriterLane::stop);
		try {
			for (Thread thread : this.threads) {
				thread.join();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.threads.clear();
		this.lanes.forEach(WriterLane::failQueued);
		if (this.sweeper != null) {
			this.sweeper.shutdownNow();
		}
		log.info("All accepted appends are answered");
	}

	@Override
	public boolean isRunning() {
		return !this.threads.isEmpty();
	}

	@Override
	public int getPhase() {
		return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1024;
	}

	@Override
	public Health health() {
		long alive = this.threads.stream().filter(Thread::isAlive).count();
		long oldestMillis = this.lanes.stream().mapToLong(WriterLane::oldestNanos).max().orElse(0) / 1_000_000;
		boolean stuck = oldestMillis > 2 * this.appendTimeout.toMillis();
		return ((alive == this.lanes.size() && !stuck) ? Health.up() : Health.down()).withDetail("lanes", alive)
			.withDetail("queuedAppends", this.lanes.stream().mapToInt(WriterLane::queued).sum())
			.withDetail("oldestCommitMillis", oldestMillis)
			.build();
	}

}
