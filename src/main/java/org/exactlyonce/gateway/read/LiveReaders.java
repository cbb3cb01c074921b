package org.exactlyonce.gateway.read;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.exactlyonce.gateway.bounds.ConnectionLimits;
import org.exactlyonce.gateway.bounds.PageMemory;
import org.exactlyonce.gateway.log.DurableEnds;
import org.exactlyonce.gateway.log.LogReader;
import org.exactlyonce.gateway.topic.PartitionGoneException;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Counts live readers, and lets long polls wait for a record without a thread.
 */
@Component
class LiveReaders {

	private final LogReader reader;

	private final DurableEnds ends;

	private final int max;

	private final AtomicInteger streams = new AtomicInteger();

	private final Set<CompletableFuture<Boolean>> polls = ConcurrentHashMap.newKeySet();

	private volatile boolean closed;

	LiveReaders(LogReader reader, DurableEnds ends, LiveProperties properties, ConnectionLimits connections,
			MeterRegistry meters) {
		this.reader = reader;
		this.ends = ends;
		this.max = Math.min(properties.maxReaders(), connections.liveReaders());
		gauge("stream", meters, this.streams::get);
		gauge("poll", meters, this.polls::size);
	}

	private static void gauge(String kind, MeterRegistry meters, Supplier<Number> count) {
		Gauge.builder("gateway.live.readers", count)
			.description("Event streams, and long polls that wait")
			.tag("kind", kind)
			.register(meters);
	}

	/**
	 * Lets one more stream in, if there is room.
	 * @return whether there is; then {@link #leave()} is to be called
	 */
	boolean enter() {
		if (this.streams.incrementAndGet() + this.polls.size() > this.max) {
			this.streams.decrementAndGet();
			return false;
		}
		return true;
	}

	void leave() {
		this.streams.decrementAndGet();
	}

	/**
	 * Waits for a record.
	 * @param partition an existing partition
	 * @param offset the offset of the record; there is none at the moment
	 * @param limit the most records to read
	 * @param wait how long to wait
	 * @param memory gets what the page takes
	 * @return the page, empty if no record came; null if too many wait already
	 */
	@Nullable CompletableFuture<LogReader.Page> poll(int partition, long offset, int limit, Duration wait, PageMemory memory) {
		if (this.closed || this.streams.get() + this.polls.size() >= this.max) {
			return null;
		}
		CompletableFuture<Boolean> record = new CompletableFuture<>();
		this.polls.add(record);
		DurableEnds.Waiter waiter = this.ends.await(partition, offset, () -> record.complete(true),
				() -> record.completeExceptionally(new PartitionGoneException()));
		if (this.closed) {
			record.complete(false);
		}
		return record.completeOnTimeout(false, wait.toMillis(), TimeUnit.MILLISECONDS).whenComplete((came, failure) -> {
			waiter.cancel();
			this.polls.remove(record);
		})
			.thenApplyAsync((came) -> this.reader.readDurable(partition, offset, limit, Long.MAX_VALUE, memory),
					this.ends.workers());
	}

	/** Takes long polls, until closed. */
	void open() {
		this.closed = false;
	}

	/** Ends the long polls that wait: each is answered with an empty page. */
	void close() {
		this.closed = true;
		this.polls.forEach((record) -> record.complete(false));
	}

}
