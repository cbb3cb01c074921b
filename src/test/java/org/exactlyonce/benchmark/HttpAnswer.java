package org.exactlyonce.benchmark;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The answers on one connection, one at a time: status and body, of a known length or in
 * chunks. It understands no more of HTTP than this server's answers need. One thread.
 */
final class HttpAnswer {

	private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] CHUNKED = "transfer-encoding: chunked".getBytes(StandardCharsets.US_ASCII);

	private ByteBuffer buffer = ByteBuffer.allocate(2048);

	private int bodyStart;

	private int bodyEnd;

	/** Forgets the answer, to take the next. */
	void clear() {
		this.buffer.clear();
		this.bodyStart = 0;
		this.bodyEnd = 0;
	}

	/**
	 * Takes what has arrived.
	 * @return whether the answer is complete
	 */
	boolean read(ReadableByteChannel channel) throws IOException {
		if (!this.buffer.hasRemaining()) {
			this.buffer = ByteBuffer.wrap(Arrays.copyOf(this.buffer.array(), this.buffer.capacity() * 2))
				.position(this.buffer.position());
		}
		if (channel.read(this.buffer) < 0) {
			throw new EOFException("The connection was closed after \"" + text(0, this.buffer.position()) + "\"");
		}
		if (this.bodyStart == 0 && !readHead()) {
			return false;
		}
		return (this.bodyEnd >= 0) ? this.buffer.position() >= this.bodyEnd : readChunks();
	}

	/** Leaves {@code bodyEnd} negative if the body comes in chunks. */
	private boolean readHead() {
		byte[] bytes = this.buffer.array();
		int line = 0;
		int end = 0;
		for (int at = 0; at + 1 < this.buffer.position(); at++) {
			if (bytes[at] == '\r' && bytes[at + 1] == '\n') {
				if (at == line) {
					this.bodyStart = at + 2;
					this.bodyEnd = (end < 0) ? end : this.bodyStart + end;
					return true;
				}
				if (startsWith(line, LENGTH)) {
					end = Integer.parseInt(text(line + LENGTH.length, at).trim());
				}
				else if (startsWith(line, CHUNKED)) {
					end = -1;
				}
				line = at + 2;
			}
		}
		return false;
	}

	private boolean startsWith(int from, byte[] lower) {
		byte[] bytes = this.buffer.array();
		for (int i = 0; i < lower.length; i++) {
			if (from + i >= this.buffer.position() || (bytes[from + i] | 0x20) != (lower[i] | 0x20)) {
				return false;
			}
		}
		return true;
	}

	/** Once the last chunk is there, the body is joined in place. */
	private boolean readChunks() {
		if (walkChunks(false) < 0) {
			return false;
		}
		this.bodyEnd = walkChunks(true);
		return true;
	}

	private int walkChunks(boolean join) {
		byte[] bytes = this.buffer.array();
		int at = this.bodyStart;
		int end = this.bodyStart;
		while (true) {
			int size = 0;
			while (at < this.buffer.position() && bytes[at] != '\r') {
				size = size * 16 + Character.digit(bytes[at++], 16);
			}
			at += 2;
			if (at + size + 2 > this.buffer.position()) {
				return -1;
			}
			if (size == 0) {
				return end;
			}
			if (join) {
				System.arraycopy(bytes, at, bytes, end, size);
			}
			end += size;
			at += size + 2;
		}
	}

	int status() {
		byte[] bytes = this.buffer.array();
		return (bytes[9] - '0') * 100 + (bytes[10] - '0') * 10 + bytes[11] - '0';
	}

	byte[] bytes() {
		return this.buffer.array();
	}

	int bodyStart() {
		return this.bodyStart;
	}

	int bodyEnd() {
		return this.bodyEnd;
	}

	/**
	 * Finds a number in a JSON body.
	 * @param member the name with its quotes and colon
	 */
	long number(byte[] member) {
		byte[] bytes = this.buffer.array();
		for (int at = this.bodyStart; at < this.bodyEnd - member.length; at++) {
			if (bytes[at] == '"' && startsWith(at, member)) {
				long number = 0;
				for (int digit = at + member.length; bytes[digit] >= '0' && bytes[digit] <= '9'; digit++) {
					number = number * 10 + bytes[digit] - '0';
				}
				return number;
			}
		}
		throw new IllegalStateException("No " + text(member) + " in " + this);
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.US_ASCII);
	}

	private String text(int from, int to) {
		return new String(this.buffer.array(), from, to - from, StandardCharsets.US_ASCII);
	}

	@Override
	public String toString() {
		return text(0, Math.min(this.buffer.position(), 2000));
	}

}
