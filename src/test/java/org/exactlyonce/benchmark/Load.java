package org.exactlyonce.benchmark;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.HdrHistogram.Histogram;

/**
 * A load on one variant: all connections in one thread, each sends its next request when
 * the last was answered. After the time is over, requests in flight are waited for, so
 * that what is in the log is known.
 */
final class Load implements AutoCloseable {

	private static final long PATIENCE_NANOS = Duration.ofSeconds(60).toNanos();

	private static final long HIGHEST_NANOS = Duration.ofMinutes(2).toNanos();

	private final Selector selector = Selector.open();

	private final List<Sender> senders = new ArrayList<>();

	private final Histogram latencies = new Histogram(HIGHEST_NANOS, 3);

	private long endNanos;

	private int inFlight;

	/**
	 * Connects.
	 * @param port where the server is
	 * @param variant what of it is asked
	 * @param scenario the load
	 * @param producers the ids of new producers, one a connection
	 */
	Load(int port, Variant variant, Scenario scenario, List<Long> producers) throws IOException {
		for (int i = 0; i < scenario.connections(); i++) {
			this.senders.add(new Sender(port, this.selector, variant, scenario, i, producers.get(i)));
		}
	}

	/**
	 * Sends.
	 * @param duration for how long
	 * @return the time of each request that was answered meanwhile
	 */
	Histogram run(Duration duration) throws IOException {
		this.endNanos = System.nanoTime() + duration.toNanos();
		for (Sender sender : this.senders) {
			sender.send();
			this.inFlight++;
		}
		long lastAnswer = System.nanoTime();
		while (this.inFlight > 0) {
			if (this.selector.select(this::handle, 1000) > 0) {
				lastAnswer = System.nanoTime();
			}
			else if (System.nanoTime() - lastAnswer > PATIENCE_NANOS) {
				throw new IOException(this.inFlight + " requests were not answered");
			}
		}
		return this.latencies;
	}

	private void handle(SelectionKey key) {
		Sender sender = (Sender) key.attachment();
		try {
			if (key.isWritable()) {
				sender.flush();
			}
			if (key.isReadable() && sender.receive()) {
				next(sender);
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException("A connection broke", ex);
		}
	}

	private void next(Sender sender) throws IOException {
		if (System.nanoTime() < this.endNanos) {
			this.latencies.recordValue(Math.min(sender.nanosSinceSend(), HIGHEST_NANOS));
			sender.send();
		}
		else {
			this.inFlight--;
		}
	}

	List<Sender> senders() {
		return this.senders;
	}

	@Override
	public void close() throws IOException {
		for (Sender sender : this.senders) {
			sender.close();
		}
		this.selector.close();
	}

}
