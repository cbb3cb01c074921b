package org.exactlyonce.conformance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * All requests of one client in the order in which they came, and the faults they meet.
 * Thread-safe.
 */
final class Traffic {

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final List<Exchange> exchanges = new ArrayList<>();

	private final Set<Exchange> underWay = new HashSet<>();

	private final Random random;

	private List<Fault> faults;

	private Map<Fault, Integer> met = new HashMap<>();

	private int most;

	/** How many requests there were when the faults were set. */
	private int since;

	Traffic(List<Fault> faults, long seed) {
		this.faults = faults;
		this.random = new Random(seed);
	}

	/** What is done from now on; numbers are counted anew. */
	void setFaults(List<Fault> faults) {
		this.lock.lock();
		try {
			this.faults = faults;
			this.met = new HashMap<>();
			this.since = this.exchanges.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Notes a request, and returns the fault that it meets, or null. */
	Fault add(Exchange exchange) {
		this.lock.lock();
		try {
			this.exchanges.add(exchange);
			this.underWay.add(exchange);
			this.changed.signalAll();
			if (exchange.append() != null) {
				this.most = Math.max(this.most, batchesBeside(exchange.append()));
			}
			for (Fault fault : this.faults) {
				if (isMet(fault, exchange)) {
					return fault;
				}
			}
			return null;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The batches of a partition that are under way in one epoch. A request that its
	 * client has given up, and sent again, is under way for the proxy, but not for the
	 * client.
	 */
	private int batchesBeside(Exchange.Append append) {
		return (int) this.underWay.stream()
			.filter((exchange) -> exchange.answeredNanos == 0)
			.map(Exchange::append)
			.filter((one) -> one != null && one.partition().equals(append.partition())
					&& one.producer().equals(append.producer()) && one.epoch().equals(append.epoch()))
			.distinct()
			.count();
	}

	private boolean isMet(Fault fault, Exchange exchange) {
		if ((fault.on() != null && fault.on() != exchange.kind())
				|| (fault.url() != null && fault.url() != exchange.url)) {
			return false;
		}
		if ((fault.partition() != null || fault.topic() != null)
				&& (exchange.append() == null || !isThere(fault, exchange.append().partition()))) {
			return false;
		}
		int number = this.met.merge(fault, 1, Integer::sum);
		return (fault.numbers() == null || fault.numbers().contains(number))
				&& (fault.share() == null || this.random.nextDouble() < fault.share());
	}

	private static boolean isThere(Fault fault, TopicPartition partition) {
		return (fault.partition() == null || fault.partition() == partition.partition())
				&& (fault.topic() == null || partition.topic().endsWith(fault.topic()));
	}

	boolean chance(double share) {
		this.lock.lock();
		try {
			return this.random.nextDouble() < share;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Notes that a request is over, answered or cut. */
	void end(Exchange exchange) {
		this.lock.lock();
		try {
			this.underWay.remove(exchange);
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits until so many appends or reads of a partition came since the faults were set.
	 */
	void await(Fault.Kind kind, TopicPartition partition, int count, long millis) throws InterruptedException {
		long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
		this.lock.lock();
		try {
			while (count(kind, partition) < count) {
				if (nanos <= 0) {
					throw new ScenarioFailure(count(kind, partition) + " times " + kind + " of " + partition
							+ ", where " + count + " are expected");
				}
				nanos = this.changed.awaitNanos(nanos);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private long count(Fault.Kind kind, TopicPartition partition) {
		return this.exchanges.stream()
			.skip(this.since)
			.filter((one) -> one.kind() == kind && one.partition().equals(partition))
			.count();
	}

	/** Waits until no request is under way, a delayed one neither, but one that reads. */
	void awaitQuiet(long millis) throws InterruptedException {
		long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
		this.lock.lock();
		try {
			while (this.underWay.stream().anyMatch((one) -> one.kind() != Fault.Kind.READ) && nanos > 0) {
				nanos = this.changed.awaitNanos(nanos);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** The most appends of one partition that were under way together. */
	int most() {
		this.lock.lock();
		try {
			return this.most;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Whether a read is under way that the gateway is asked to hold. */
	boolean isWaited() {
		this.lock.lock();
		try {
			return this.underWay.stream()
				.anyMatch((one) -> one.kind() == Fault.Kind.READ && one.headers.containsKey("Prefer"));
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Whether every append was sent once, and answered. */
	boolean isPlain() {
		List<Exchange> appends = exchanges().stream().filter((one) -> one.append() != null).toList();
		return appends.stream().noneMatch((one) -> one.status == 0 || one.lost.length > 0)
				&& appends.stream().map((one) -> one.digest).distinct().count() == appends.size();
	}

	List<Exchange> exchanges() {
		this.lock.lock();
		try {
			return List.copyOf(this.exchanges);
		}
		finally {
			this.lock.unlock();
		}
	}

}
