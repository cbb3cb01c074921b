package org.exactlyonce.benchmark;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * One connection and its producer: one request in flight, sequences in order, every
 * answer checked. One thread.
 */
final class Sender implements AutoCloseable {

	private static final byte[] BASE_OFFSET = "\"baseOffset\":".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] LAST_SEQUENCE = "\"lastSequence\":".getBytes(StandardCharsets.US_ASCII);

	/** How many batches back a duplicate may lie. */
	private static final int REMEMBERED = 1024;

	private final Variant variant;

	private final Scenario scenario;

	private final long producerId;

	private final int partition;

	private final SocketChannel channel;

	private final SelectionKey key;

	private final RequestBytes requests;

	private final HttpAnswer answer = new HttpAnswer();

	private final long[] offsets = new long[REMEMBERED];

	private ByteBuffer unsent = ByteBuffer.allocate(0);

	private long sentNanos;

	/** Counts acknowledged batches. */
	private long batches;

	/** The batch in flight: {@link #batches}, or an earlier one. */
	private long inFlight;

	private int duplicatesDue;

	private long duplicates;

	private long retries;

	Sender(int port, Selector selector, Variant variant, Scenario scenario, int number, long producerId)
			throws IOException {
		this.variant = variant;
		this.scenario = scenario;
		this.producerId = producerId;
		this.partition = number % scenario.partitions();
		this.requests = RequestBytes.of(variant.path(this.partition), producerId, scenario.form(), scenario.batch());
		this.channel = SocketChannel.open(new InetSocketAddress("localhost", port));
		this.channel.setOption(StandardSocketOptions.TCP_NODELAY, true).configureBlocking(false);
		this.key = this.channel.register(selector, SelectionKey.OP_READ, this);
	}

	/** Sends the next batch, or one of the last 1024 once more. */
	void send() throws IOException {
		this.duplicatesDue += this.scenario.duplicates();
		this.inFlight = this.batches;
		if (this.duplicatesDue >= 100 && this.batches > 0) {
			this.duplicatesDue -= 100;
			long back = (this.sentNanos >>> 4) % Math.min(this.batches, REMEMBERED);
			this.inFlight = this.batches - 1 - back;
		}
		send(this.inFlight);
	}

	private void send(long batch) throws IOException {
		this.answer.clear();
		this.unsent = this.requests.with(batch * this.scenario.batch());
		this.sentNanos = System.nanoTime();
		flush();
	}

	/** Sends as much as the connection takes. */
	void flush() throws IOException {
		this.channel.write(this.unsent);
		int wanted = this.unsent.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
		if (this.key.interestOps() != wanted) {
			this.key.interestOps(wanted);
		}
	}

	/**
	 * Takes what has arrived.
	 * @return whether the request is answered
	 */
	boolean receive() throws IOException {
		if (!this.answer.read(this.channel)) {
			return false;
		}
		if (this.variant == Variant.NAIVE && this.answer.status() >= 500) {
			this.retries++;
			send(this.inFlight);
			return false;
		}
		check();
		return true;
	}

	private void check() {
		if (this.variant == Variant.CEILING) {
			require(this.answer.status() == 201);
			this.batches++;
			return;
		}
		long offset = this.answer.number(BASE_OFFSET);
		require(this.answer.number(LAST_SEQUENCE) == (this.inFlight + 1) * this.scenario.batch() - 1);
		if (this.inFlight < this.batches) {
			require(this.answer.status() == 200 && offset == this.offsets[(int) (this.inFlight % REMEMBERED)]);
			this.duplicates++;
			return;
		}
		// a commit may have succeeded although its answer was a 5xx
		require(this.answer.status() == 201 || (this.answer.status() == 200 && this.retries > 0));
		require(this.batches == 0 || offset > this.offsets[(int) ((this.batches - 1) % REMEMBERED)]);
		this.offsets[(int) (this.batches % REMEMBERED)] = offset;
		this.batches++;
	}

	private void require(boolean holds) {
		if (!holds) {
			throw new IllegalStateException("Producer %d, batch %d of %d, got a wrong answer:%n%s"
				.formatted(this.producerId, this.inFlight, this.batches, this.answer));
		}
	}

	/** How long the request in flight has been out. */
	long nanosSinceSend() {
		return System.nanoTime() - this.sentNanos;
	}

	long producerId() {
		return this.producerId;
	}

	int partition() {
		return this.partition;
	}

	/** Records that were acknowledged as new. */
	long acknowledged() {
		return this.batches * this.scenario.batch();
	}

	long duplicates() {
		return this.duplicates;
	}

	long retries() {
		return this.retries;
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

}
