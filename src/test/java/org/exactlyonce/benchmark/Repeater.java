package org.exactlyonce.benchmark;

import java.io.IOException;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * Repeats batches that {@link LogFiller} stored, from anywhere in the log. Each must be
 * answered with its original offset.
 */
final class Repeater extends Connection {

	private static final byte[] BASE_OFFSET = "\"baseOffset\":".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] LAST_SEQUENCE = "\"lastSequence\":".getBytes(StandardCharsets.US_ASCII);

	private final int producer;

	private final long from;

	private final long to;

	private final RequestBytes requests;

	private final SplittableRandom random;

	private long sequence;

	/**
	 * Connects.
	 * @param producer which of the producers, from 0 on
	 * @param producerId its id
	 * @param from the first sequence that may be sent
	 * @param to the one after the last
	 */
	Repeater(int port, Selector selector, int producer, long producerId, long from, long to) throws IOException {
		super(port, selector);
		this.producer = producer;
		this.from = from;
		this.to = to;
		this.requests = RequestBytes.of(Variant.GATEWAY.path(0), producerId, Scenario.Form.JSON, 1);
		this.random = new SplittableRandom(producerId);
	}

	@Override
	void send() throws IOException {
		this.sequence = this.random.nextLong(this.from, this.to);
		send(this.requests.with(this.sequence));
	}

	@Override
	boolean accept(HttpAnswer answer) {
		require(answer.status() == 200);
		require(answer.number(BASE_OFFSET) == this.sequence * LogFiller.PRODUCERS + this.producer);
		require(answer.number(LAST_SEQUENCE) == this.sequence);
		return true;
	}

	@Override
	public String toString() {
		return "Producer %d, sequence %d again,".formatted(this.producer, this.sequence);
	}

}
