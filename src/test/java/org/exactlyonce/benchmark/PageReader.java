package org.exactlyonce.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * Reads pages of 100 records, from offsets near one another.
 */
final class PageReader extends Connection {

	/** Records a page. */
	static final int LIMIT = 100;

	private static final byte[] OFFSET = "\"offset\":".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] NEXT_OFFSET = "\"nextOffset\":".getBytes(StandardCharsets.US_ASCII);

	private final SplittableRandom random = new SplittableRandom(LIMIT);

	private final long from;

	private final long to;

	private long offset;

	/**
	 * Connects.
	 * @param from the first offset at which a page may begin
	 * @param to the first at which none may
	 */
	PageReader(int port, Selector selector, long from, long to) throws IOException {
		super(port, selector);
		this.from = from;
		this.to = to;
	}

	@Override
	void send() throws IOException {
		this.offset = this.random.nextLong(this.from, this.to);
		String request = "GET /partitions/0/records?offset=" + this.offset + "&limit=" + LIMIT
				+ " HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n";
		send(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
	}

	@Override
	boolean accept(HttpAnswer answer) {
		require(answer.status() == 200);
		require(answer.number(OFFSET) == this.offset);
		require(answer.number(NEXT_OFFSET) == this.offset + LIMIT);
		return true;
	}

	@Override
	public String toString() {
		return "The page at offset " + this.offset;
	}

}
