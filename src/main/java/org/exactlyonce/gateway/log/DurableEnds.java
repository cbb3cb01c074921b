package org.exactlyonce.gateway.log;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.exactlyonce.gateway.store.ConnectionShare;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;

/**
 * The ends up to which partitions are known to be durable, and the waits for more. Local
 * commits are published at once, those of other replicas as soon as they are found. What
 * is below an end can be shown without asking the database whether it lasts: an end goes
 * back only where the database has lost records itself. Thread-safe; publishing never
 * waits for those that are woken.
 */
@Component
public class DurableEnds implements DisposableBean {

	private static final int MAX_WORKERS = 4;

	private static final int WORKERS = Math.max(2, Math.min(MAX_WORKERS, Runtime.getRuntime().availableProcessors()));

	private final Map<Integer, Long> ends = new ConcurrentHashMap<>();

	private final Map<Integer, Set<Waiter>> waiters = new ConcurrentHashMap<>();

	private final AtomicInteger putBacks = new AtomicInteger();

	private final Set<Integer> waking = ConcurrentHashMap.newKeySet();

	/** Once it is shut down, no waiter is woken any more, and that is no failure. */
	private final ThreadPoolExecutor workers = new ThreadPoolExecutor(WORKERS, WORKERS, 0, TimeUnit.SECONDS,
			new LinkedBlockingQueue<>(), (work) -> {
				Thread thread = new Thread(work, "durable-ends");
				thread.setDaemon(true);
				return thread;
			}, new ThreadPoolExecutor.DiscardPolicy());

	@Bean
	static ConnectionShare liveReaderConnections() {
		return new ConnectionShare("live readers", MAX_WORKERS);
	}

	/**
	 * The few threads that serve all waiters that were woken.
	 * @return an executor whose work may ask the database
	 */
	public Executor workers() {
		return this.workers;
	}

	/**
	 * How far a partition is known to be durable.
	 * @param partition the partition
	 * @return the highest end that was published; 0 at first
	 */
	public long end(int partition) {
		return this.ends.getOrDefault(partition, 0L);
	}

	/**
	 * Publishes how far a partition is durable.
	 * @param partition the partition
	 * @param end the offset that its next record will get, or a lower one
	 */
	public void publish(int partition, long end) {
		this.ends.merge(partition, end, Math::max);
		Set<Waiter> waiting = this.waiters.get(partition);
		if (waiting != null && !waiting.isEmpty() && this.waking.add(partition)) {
			this.workers.execute(() -> {
				this.waking.remove(partition);
				wake(partition, waiting);
			});
		}
	}

	private void wake(int partition, Set<Waiter> waiting) {
		long end = end(partition);
		for (Waiter waiter : waiting) {
			if (waiter.offset < end && waiting.remove(waiter)) {
				this.workers.execute(waiter.ready);
			}
		}
	}

	/**
	 * Counts the ends that were put back. What was read at another count may not be in
	 * the log any more.
	 * @return how many there were since the start
	 */
	public int putBacks() {
		return this.putBacks.get();
	}

	/** All that is known now. */
	Map<Integer, Long> known() {
		return Map.copyOf(this.ends);
	}

	/**
	 * Takes back an end, as the database has lost records. Those who wait further on are
	 * woken, to find out.
	 * @param partition the partition
	 * @param known the end that was known before the database was asked
	 * @param end the end that the database has
	 * @return whether it was taken back; nothing happens if it was published since
	 */
	boolean putBack(int partition, long known, long end) {
		if (!this.ends.replace(partition, known, end)) {
			return false;
		}
		this.putBacks.incrementAndGet();
		Set<Waiter> waiting = this.waiters.getOrDefault(partition, Set.of());
		waiting.stream()
			.filter((waiter) -> waiter.offset > end)
			.filter(waiting::remove)
			.forEach((waiter) -> this.workers.execute(waiter.ready));
		return true;
	}

	/**
	 * Waits for a record, without a thread.
	 * @param partition the partition
	 * @param offset the record's offset
	 * @param ready called once, by a worker, when the record is durable, or the log was
	 * put back to before its offset
	 * @param gone called instead if the partition is deleted
	 * @return the wait, to be cancelled by a caller that gives up
	 */
	public Waiter await(int partition, long offset, Runnable ready, Runnable gone) {
		return await(partition, new Waiter(offset, ready, gone, true));
	}

	/**
	 * Waits likewise where seconds do not matter for what another replica commits, as for
	 * many partitions at a time.
	 * @param partition the partition
	 * @param offset the record's offset
	 * @param ready called as for the others
	 * @return the wait; it ends unsaid if the partition is deleted
	 */
	public Waiter awaitPatiently(int partition, long offset, Runnable ready) {
		return await(partition, new Waiter(offset, ready, () -> {
		}, false));
	}

	private Waiter await(int partition, Waiter waiter) {
		Set<Waiter> waiting = Objects.requireNonNull(this.waiters.compute(partition, (any, known) -> {
			Set<Waiter> all = (known != null) ? known : ConcurrentHashMap.newKeySet();
			waiter.among = all;
			all.add(waiter); // here, so that a removal finds it
			return all;
		}));
		if (waiter.offset < end(partition)) { // published before it was among them
			wake(partition, waiting);
		}
		return waiter;
	}

	/**
	 * Forgets a partition that is deleted; nothing comes to it any more.
	 * @param partition the partition
	 */
	void remove(int partition) {
		this.ends.remove(partition);
		this.waiters.computeIfPresent(partition, (any, waiting) -> {
			waiting.stream().filter(waiting::remove).forEach((waiter) -> this.workers.execute(waiter.gone));
			return null;
		});
	}

	/** The partitions that a record is waited for in. */
	Set<Integer> awaited() {
		return awaited((waiter) -> true);
	}

	/** Those of them in which it is waited for with little patience. */
	Set<Integer> awaitedUrgently() {
		return awaited((waiter) -> waiter.urgent);
	}

	private Set<Integer> awaited(Predicate<Waiter> counted) {
		return this.waiters.entrySet()
			.stream()
			.filter((partition) -> partition.getValue().stream().anyMatch(counted))
			.map(Map.Entry::getKey)
			.collect(Collectors.toUnmodifiableSet());
	}

	/** No worker is interrupted, as H2 closes its file under a thread that is. */
	@Override
	public void destroy() {
		this.workers.getQueue().clear();
		this.workers.shutdown();
	}

	/**
	 * A wait for a record.
	 */
	public static final class Waiter {

		private volatile Set<Waiter> among = Set.of();

		private final long offset;

		private final Runnable ready;

		private final Runnable gone;

		private final boolean urgent;

		private Waiter(long offset, Runnable ready, Runnable gone, boolean urgent) {
			this.offset = offset;
			this.ready = ready;
			this.gone = gone;
			this.urgent = urgent;
		}

		/** Gives up. Too late, if the record is there; it does no harm. */
		public void cancel() {
			this.among.remove(this);
		}

	}

}
