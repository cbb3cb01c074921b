package org.exactlyonce.benchmark;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Reads what a load has written, page by page in NDJSON over one connection, and checks
 * every record: offsets without holes, each producer's sequences one after the other,
 * from 0 to the last that was acknowledged.
 */
final class ReadBack implements AutoCloseable {

	private static final byte[] OFFSET = bytes("\"offset\":");

	private static final byte[] PRODUCER = bytes("\"producerId\":");

	private static final byte[] SEQUENCE = bytes("\"sequence\":");

	private final SocketChannel channel;

	private final HttpAnswer answer = new HttpAnswer();

	private final long firstProducer;

	private final long[] nextSequences;

	private long records;

	private long nanos;

	/**
	 * Connects.
	 * @param port the gateway's
	 * @param producers the ids of all that have written
	 */
	ReadBack(int port, List<Long> producers) throws IOException {
		this.channel = SocketChannel.open(new InetSocketAddress("localhost", port));
		this.firstProducer = Collections.min(producers);
		long last = Collections.max(producers);
		this.nextSequences = new long[(int) (last - this.firstProducer) + 1];
	}

	/** Reads a partition from one offset to another, exclusive. */
	void read(int partition, long from, long to) throws IOException {
		long began = System.nanoTime();
		long offset = from;
		while (offset < to) {
			ask("/partitions/" + partition + "/records?offset=" + offset + "&limit=" + Math.min(10_000, to - offset));
			long next = checkLines(offset);
			if (next == offset) {
				throw new IllegalStateException("No record at offset " + offset + " of partition " + partition);
			}
			offset = next;
		}
		this.nanos += System.nanoTime() - began;
		this.records += to - from;
	}

	private void ask(String path) throws IOException {
		ByteBuffer request = ByteBuffer
			.wrap(bytes("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: application/x-ndjson\r\n\r\n"));
		while (request.hasRemaining()) {
			this.channel.write(request);
		}
		this.answer.clear();
		while (!this.answer.read(this.channel)) {
			Thread.onSpinWait();
		}
		if (this.answer.status() != 200) {
			throw new IllegalStateException("A page was refused: " + this.answer);
		}
	}

	private long checkLines(long first) {
		byte[] page = this.answer.bytes();
		long offset = first;
		int line = this.answer.bodyStart();
		for (int at = line; at < this.answer.bodyEnd(); at++) {
			if (page[at] == '\n') {
				check(page, line, at, offset++);
				line = at + 1;
			}
		}
		return offset;
	}

	private void check(byte[] page, int from, int to, long offset) {
		int sequenceAt = before(page, SEQUENCE, from, to);
		int producerAt = before(page, PRODUCER, from, sequenceAt);
		int producer = (int) (number(page, producerAt + PRODUCER.length) - this.firstProducer);
		if (number(page, after(page, OFFSET, from, to)) != offset
				|| number(page, sequenceAt + SEQUENCE.length) != this.nextSequences[producer]++) {
			throw new IllegalStateException("Not what was to be at offset " + offset + ": "
					+ new String(page, from, to - from, StandardCharsets.UTF_8));
		}
	}

	private static int after(byte[] page, byte[] member, int from, int to) {
		for (int at = from; at < to; at++) {
			if (page[at] == '"' && Arrays.equals(page, at, at + member.length, member, 0, member.length)) {
				return at + member.length;
			}
		}
		throw new IllegalStateException("A record without an offset");
	}

	/** From the end, as values come first. */
	private static int before(byte[] page, byte[] member, int from, int to) {
		for (int at = to - member.length; at > from; at--) {
			if (page[at] == '"' && Arrays.equals(page, at, at + member.length, member, 0, member.length)) {
				return at;
			}
		}
		throw new IllegalStateException("A record without a producer");
	}

	private static long number(byte[] page, int from) {
		long number = 0;
		for (int at = from; page[at] >= '0' && page[at] <= '9'; at++) {
			number = number * 10 + page[at] - '0';
		}
		return number;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

	/** How many of a producer's records were read. */
	long recordsOf(long producerId) {
		return this.nextSequences[(int) (producerId - this.firstProducer)];
	}

	/** Records a second. */
	double rate() {
		return this.records / (this.nanos / 1e9);
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

}
