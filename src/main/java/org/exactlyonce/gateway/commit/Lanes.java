package org.exactlyonce.gateway.commit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.exactlyonce.gateway.bounds.ConnectionLimits;
import org.exactlyonce.gateway.log.DurableEnds;
import org.exactlyonce.gateway.process.Periodic;
import org.exactlyonce.gateway.process.ProcessEnd;
import org.exactlyonce.gateway.process.RepeatedTask;
import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.sequence.SequenceState;
import org.exactlyonce.gateway.store.ConnectionShare;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;

/**
 * The writer lanes, and the one sweeper of their deadlines. Starts before the web server
 * and stops after it, so that every accepted append is committed and answered.
 */
@Component
public class Lanes implements SmartLifecycle {

	private static final Logger log = LoggerFactory.getLogger(Lanes.class);

	private static final Duration SWEEP = Duration.ofMillis(100);

	/** After one of them all that was accepted is answered; the rest is for a commit. */
	private static final int DRAIN_TIMEOUTS = 3;

	private final List<WriterLane> lanes = new ArrayList<>();

	private final LaneThreads threads = new LaneThreads();

	private final AppendMetrics metrics;

	private final RebatchedDuplicates rebatched;

	private final HeldAppends held;

	private final Duration appendTimeout;

	private final Periodic sweeper = new Periodic("append-deadlines", SWEEP,
			new RepeatedTask("The sweep of deadlines", this::sweep));

	@Bean
	static ConnectionShare laneConnections(CommitProperties properties) {
		return new ConnectionShare("lanes", properties.lanes());
	}

	Lanes(GroupTransaction transaction, DuplicateVerifier verifier, RebatchedDuplicates rebatched,
			AppendMetrics metrics, DurableEnds ends, CommitProperties properties, ConnectionLimits connections,
			MeterRegistry meters) {
		this.metrics = metrics;
		this.held = new HeldAppends(properties.maxInFlight(), connections.heldAppends());
		this.rebatched = rebatched;
		GroupAnswers answers = new GroupAnswers(verifier, rebatched, this.held, ends);
		this.appendTimeout = properties.timeout();
		for (int i = 0; i < properties.lanes(); i++) {
			WriterLane lane = new WriterLane(transaction, answers, metrics, properties);
			this.lanes.add(lane);
			Gauge.builder("gateway.lane.queue", lane, WriterLane::queued)
				.baseUnit("appends")
				.description("Appends that wait for their lane")
				.tag("lane", Integer.toString(i))
				.register(meters);
		}
		Gauge.builder("gateway.appends.held", this.held, HeldAppends::size)
			.description("Early appends that wait for their predecessors")
			.register(meters);
	}

	/**
	 * Hands an append to its partition's lane.
	 * @param request what to append
	 * @return completed when the outcome is durable; or at once, exceptionally, when the
	 * queue is full
	 */
	public CompletableFuture<AppendOutcome> submit(AppendRequest request) {
		return submit(PendingAppend.of(request, AnswerTimeout.after(this.appendTimeout)));
	}

	/**
	 * Hands an append to its partition's lane, whose sender does not get the outcome. It
	 * is never skipped for having waited long; when it is lost, that is counted.
	 * @param request what to append, without an identity
	 * @return as above
	 */
	public CompletableFuture<AppendOutcome> submitUnacknowledged(AppendRequest request) {
		return submit(PendingAppend.of(request, AnswerTimeout.NONE));
	}

	private CompletableFuture<AppendOutcome> submit(PendingAppend pending) {
		AppendRequest request = pending.request();
		this.metrics.submitted(request);
		if (!lane(request.partition()).offer(pending)) {
			this.metrics.overloaded(request);
			return pending.future();
		}
		return pending.future()
			.whenComplete(
					(outcome, failure) -> ProcessEnd.guarded(() -> this.metrics.answered(pending, outcome)).run());
	}

	private WriterLane lane(int partition) {
		return this.lanes.get(partition % this.lanes.size());
	}

	/** Producers and partitions for which early appends are held. */
	Set<ProducerSequence.Key> held() {
		return this.held.keys();
	}

	/**
	 * Takes notice of what is committed for a producer, here or elsewhere.
	 * @param key the producer in a partition
	 * @param committed its state, which may be old
	 */
	void advanced(ProducerSequence.Key key, SequenceState committed) {
		lane(key.partition()).resume(this.held.release(key, committed));
	}

	/** Has held appends answered whose partitions are deleted. */
	void gone(Set<Integer> partitions) {
		if (!partitions.isEmpty()) {
			resume(this.held.releaseOf(partitions));
		}
	}

	/**
	 * Whether early appends may be held. Once they may not, those that are get their
	 * answers.
	 * @param allowed true until the gateway stops
	 */
	void holdEarly(boolean allowed) {
		if (allowed) {
			this.held.open();
		}
		else {
			resume(this.held.close());
		}
	}

	private void resume(List<PendingAppend> released) {
		released.forEach((pending) -> lane(pending.request().partition()).resume(List.of(pending)));
	}

	@Override
	public void start() {
		for (int i = 0; i < this.lanes.size(); i++) {
			this.lanes.get(i).open();
			this.threads.start("lane-" + i, this.lanes.get(i));
		}
		this.sweeper.start();
	}

	private void sweep() {
		this.lanes.forEach(WriterLane::sweep);
		this.rebatched.sweep();
		resume(this.held.releaseDue(System.nanoTime()));
	}

	@Override
	public void stop() {
		log.info("Draining {} queued appends", queued());
		this.lanes.forEach(WriterLane::stop);
		if (!this.threads.endWithin(this.appendTimeout.multipliedBy(DRAIN_TIMEOUTS))) {
			giveUp();
			return;
		}
		this.lanes.forEach(WriterLane::failQueued);
		this.sweeper.stop();
		log.info("All accepted appends are answered");
	}

	/**
	 * Ends the process with what hangs, as the database could not be closed either. What
	 * is in a transaction may be stored, and was answered so; the rest is not.
	 */
	private void giveUp() {
		for (int i = 0; i < this.lanes.size(); i++) {
			if (this.threads.isAlive(i)) {
				WriterLane lane = this.lanes.get(i);
				log.error(
						"Lane {} is in one transaction for {} ms. {} appends in it were not confirmed, {} behind it not stored",
						i, lane.inProgressNanos() / 1_000_000, lane.inProgress(), lane.queued());
				lane.failQueued();
			}
		}
		ProcessEnd.end("A lane did not stop", null);
	}

	@Override
	public boolean isRunning() {
		return this.threads.areStarted();
	}

	@Override
	public int getPhase() {
		return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1024;
	}

	boolean areAlive() {
		return alive() == this.lanes.size();
	}

	/** How many lanes run. */
	long alive() {
		return this.threads.alive();
	}

	/** Whether the database did not take the last group of a lane. */
	boolean isFailing() {
		return this.lanes.stream().anyMatch(WriterLane::isFailing);
	}

	/** How many appends wait for their lanes. */
	int queued() {
		return this.lanes.stream().mapToInt(WriterLane::queued).sum();
	}

	/** How long the oldest transaction is in progress; 0 when all lanes are idle. */
	long oldestCommitMillis() {
		return this.lanes.stream().mapToLong(WriterLane::inProgressNanos).max().orElse(0) / 1_000_000;
	}

}
