package org.exactlyonce.gateway.commit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

import org.exactlyonce.gateway.producer.Registrations.Registered;
import org.exactlyonce.gateway.sequence.ProducerIdentity;

/**
 * Twelve producers that write while registrars raise their epochs without pause, by name
 * or by id; a tenth of the appends carries an epoch that was fenced before. Afterwards
 * the log shows whether an older epoch was written after a newer one was answered.
 */
final class FenceWorkload {

	private static final int PRODUCERS = 12;

	private static final int REGISTRARS = 3;

	private static final int PARTITIONS = 4;

	private final Gateway gateway;

	private final List<Writer> writers = new ArrayList<>();

	private final ConcurrentLinkedQueue<Registered> answers = new ConcurrentLinkedQueue<>();

	private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

	private final AtomicInteger appends = new AtomicInteger();

	private volatile boolean stopped;

	FenceWorkload(String run, Gateway gateway) {
		this.gateway = gateway;
		for (int i = 0; i < PRODUCERS; i++) {
			this.writers.add(new Writer(run + "-" + i));
		}
	}

	/** Runs until the condition holds, at most so long. */
	void run(int seconds, BooleanSupplier enough) throws InterruptedException {
		List<Thread> threads = new ArrayList<>();
		this.writers.forEach((writer) -> threads.add(new Thread(() -> repeat(writer::write))));
		for (int i = 0; i < REGISTRARS; i++) {
			threads.add(new Thread(() -> repeat(this::register)));
		}
		threads.forEach(Thread::start);
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
		while (System.nanoTime() < end && this.failures.isEmpty() && !enough.getAsBoolean()) {
			threads.get(0).join(100);
		}
		this.stopped = true;
		for (Thread thread : threads) {
			thread.join();
		}
	}

	private void repeat(Runnable work) {
		try {
			while (!this.stopped) {
				work.run();
			}
		}
		catch (Throwable ex) {
			this.failures.add(ex);
		}
	}

	private void register() {
		Writer writer = this.writers.get(ThreadLocalRandom.current().nextInt(PRODUCERS));
		Registered answer = ThreadLocalRandom.current().nextBoolean() ? this.gateway.register(writer.name)
				: this.gateway.raiseEpoch(writer.producerId);
		this.answers.add(answer);
		writer.epoch.accumulateAndGet(answer.epoch(), Math::max);
	}

	List<Throwable> failures() {
		return List.copyOf(this.failures);
	}

	/** Whether there was enough of everything for a zombie to show. */
	boolean isLongEnough() {
		return this.answers.size() >= 200 && this.appends.get() >= 2000;
	}

	/** Stored batches of an older epoch that the answer to a raise did not count. */
	List<StoredBatch> zombies(List<StoredBatch> stored) {
		List<StoredBatch> zombies = new ArrayList<>();
		Map<Long, List<Registered>> byProducer = this.answers.stream()
			.collect(java.util.stream.Collectors.groupingBy(Registered::producerId));
		for (StoredBatch batch : stored) {
			for (Registered answer : byProducer.getOrDefault(batch.producerId(), List.of())) {
				if (batch.epoch() < answer.epoch()
						&& batch.sequence() > answer.lastSequences().getOrDefault(batch.partition(), -1L)) {
					zombies.add(batch);
					break;
				}
			}
		}
		return zombies;
	}

	/** What the workload needs of a gateway, in this process or in another. */
	interface Gateway {

		Registered register(String name);

		Registered raiseEpoch(long producerId);

		/** Appends one record; the answer is the sequence to send next. */
		long append(int partition, ProducerIdentity producer, long sequence);

	}

	/** A batch of one record, as it is in the log. */
	record StoredBatch(int partition, long producerId, long epoch, long sequence) {
	}

	private final class Writer {

		private final String name;

		private final long producerId;

		private final AtomicLong epoch;

		private final long[] next = new long[PARTITIONS];

		private Writer(String name) {
			this.name = name;
			Registered registered = FenceWorkload.this.gateway.register(name);
			this.producerId = registered.producerId();
			this.epoch = new AtomicLong(registered.epoch());
		}

		private void write() {
			ThreadLocalRandom random = ThreadLocalRandom.current();
			int partition = random.nextInt(PARTITIONS);
			long known = this.epoch.get();
			long sent = (random.nextInt(10) == 0) ? Math.max(0, known - 1) : known;
			this.next[partition] = FenceWorkload.this.gateway.append(partition,
					new ProducerIdentity(this.producerId, sent), this.next[partition]);
			FenceWorkload.this.appends.incrementAndGet();
		}

	}

}
