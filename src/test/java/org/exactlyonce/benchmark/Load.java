package org.exactlyonce.benchmark;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.HdrHistogram.Histogram;

/**
 * A load: all connections in one thread, each sends its next request when the last was
 * answered. After the time is over, requests in flight are waited for, so that what is in
 * the log is known.
 *
 * @param <C> what the connections ask for
 */
final class Load<C extends Connection> implements AutoCloseable {

	private static final long PATIENCE_NANOS = Duration.ofSeconds(60).toNanos();

	private static final long HIGHEST_NANOS = Duration.ofMinutes(2).toNanos();

	private final Selector selector = Selector.open();

	private final List<C> connections = new ArrayList<>();

	private final Histogram latencies = new Histogram(HIGHEST_NANOS, 3);

	private long endNanos;

	private int inFlight;

	/**
	 * Connects.
	 * @param count how many connections
	 * @param opener opens them
	 */
	Load(int count, Opener<C> opener) throws IOException {
		for (int i = 0; i < count; i++) {
			this.connections.add(opener.open(this.selector, i));
		}
	}

	/**
	 * A load of appends.
	 * @param port where the server is
	 * @param variant what of it is asked
	 * @param scenario the load
	 * @param producers the ids of new producers, one a connection
	 */
	static Load<Sender> of(int port, Variant variant, Scenario scenario, List<Long> producers) throws IOException {
		return new Load<>(scenario.connections(),
				(selector, number) -> new Sender(port, selector, variant, scenario, number, producers.get(number)));
	}

	/**
	 * Sends.
	 * @param duration for how long
	 * @return the time of each request that was answered meanwhile
	 */
	Histogram run(Duration duration) throws IOException {
		this.endNanos = System.nanoTime() + duration.toNanos();
		for (C connection : this.connections) {
			connection.send();
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
		Connection connection = (Connection) key.attachment();
		try {
			if (key.isWritable()) {
				connection.flush();
			}
			if (key.isReadable() && connection.receive()) {
				next(connection);
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException("A connection broke", ex);
		}
	}

	private void next(Connection connection) throws IOException {
		if (System.nanoTime() < this.endNanos) {
			this.latencies.recordValue(Math.min(connection.nanosSinceSend(), HIGHEST_NANOS));
			connection.send();
		}
		else {
			this.inFlight--;
		}
	}

	List<C> connections() {
		return this.connections;
	}

	@Override
	public void close() throws IOException {
		for (C connection : this.connections) {
			connection.close();
		}
		this.selector.close();
	}

	/**
	 * Opens a connection.
	 *
	 * @param <C> what it asks for
	 */
	interface Opener<C> {

		C open(Selector selector, int number) throws IOException;

	}

}
