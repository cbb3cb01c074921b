package org.exactlyonce.benchmark;

import java.io.IOException;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * A producer of a load, on a connection of its own: sequences in order.
 */
final class Sender extends Connection {

	private static final byte[] BASE_OFFSET = "\"baseOffset\":".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] LAST_SEQUENCE = "\"lastSequence\":".getBytes(StandardCharsets.US_ASCII);

	/** How many batches back a duplicate may lie. */
	private static final int REMEMBERED = 1024;

	private final Variant variant;

	private final Scenario scenario;

	private final long producerId;

	private final int partition;

	private final RequestBytes requests;

	private final SplittableRandom random;

	private final long[] offsets = new long[REMEMBERED];

	/** Counts acknowledged batches. */
	private long batches;

	/** The batch in flight: {@link #batches}, or an earlier one. */
	private long inFlight;

	private int duplicatesDue;

	private long retries;

	Sender(int port, Selector selector, Variant variant, Scenario scenario, int number, long producerId)
			throws IOException {
		this(port, selector, variant, scenario, number, producerId, null);
	}

	Sender(int port, Selector selector, Variant variant, Scenario scenario, int number, long producerId,
			String credential) throws IOException {
		super(port, selector);
		this.variant = variant;
		this.scenario = scenario;
		this.producerId = producerId;
		this.partition = number % scenario.partitions();
		this.requests = RequestBytes.of(variant.path(this.partition), producerId, scenario.form(), scenario.batch(),
				credential);
		this.random = new SplittableRandom(number);
	}

	/** Sends the next batch, or one of the last 1024 once more. */
	@Override
	void send() throws IOException {
		this.duplicatesDue += this.scenario.duplicates();
		this.inFlight = this.batches;
		if (this.duplicatesDue >= 100 && this.batches > 0) {
			this.duplicatesDue -= 100;
			this.inFlight = this.batches - 1 - this.random.nextLong(Math.min(this.batches, REMEMBERED));
		}
		send(this.inFlight);
	}

	private void send(long batch) throws IOException {
		send(this.requests.with(batch * this.scenario.batch()));
	}

	@Override
	boolean accept(HttpAnswer answer) throws IOException {
		if (this.variant == Variant.NAIVE && answer.status() >= 500) {
			this.retries++;
			send(this.inFlight);
			return false;
		}
		if (this.variant == Variant.CEILING) {
			require(answer.status() == 201);
			this.batches++;
		}
		else {
			check(answer);
		}
		return true;
	}

	private void check(HttpAnswer answer) {
		long offset = answer.number(BASE_OFFSET);
		require(answer.number(LAST_SEQUENCE) == (this.inFlight + 1) * this.scenario.batch() - 1);
		if (this.inFlight < this.batches) {
			require(answer.status() == 200 && offset == this.offsets[(int) (this.inFlight % REMEMBERED)]);
			return;
		}
		// a commit may have succeeded although its answer was a 5xx
		require(answer.status() == 201 || (answer.status() == 200 && this.retries > 0));
		require(this.batches == 0 || offset > this.offsets[(int) ((this.batches - 1) % REMEMBERED)]);
		this.offsets[(int) (this.batches % REMEMBERED)] = offset;
		this.batches++;
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

	long retries() {
		return this.retries;
	}

	@Override
	public String toString() {
		return "Producer %d, batch %d of %d,".formatted(this.producerId, this.inFlight, this.batches);
	}

}
