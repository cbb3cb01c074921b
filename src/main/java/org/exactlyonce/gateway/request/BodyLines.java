package org.exactlyonce.gateway.request;

import java.util.Arrays;

import org.exactlyonce.gateway.problem.ProblemException;

/**
 * A body read line by line as it arrives: one line is in memory at a time. Lines end with
 * LF or CRLF, the last one may end with the body; blank ones are passed over but counted.
 * Lines that were handed out count against {@code gateway.request.max-buffered-bytes},
 * for their reader keeps their records.
 */
public final class BodyLines implements BodyMemory {

	private static final int FIRST_BUFFER = 8 * 1024;

	private final BodyStream stream;

	private byte[] buffer = new byte[0];

	private int start;

	private int end;

	private int number;

	private long bytes;

	private boolean ended;

	BodyLines(BodyStream stream) {
		this.stream = stream;
	}

	/**
	 * Reads the next line that is not blank.
	 * @return the line without its end, or an empty array at the end of the body
	 * @throws ProblemException 400, 408, 413 or 429
	 */
	public byte[] next() {
		int scanned = this.start;
		while (true) {
			int lineFeed = indexOfLineFeed(scanned);
			if (lineFeed < 0 && !this.ended) {
				scanned = this.end - this.start;
				fill();
				continue;
			}
			int to = (lineFeed < 0) ? this.end : lineFeed;
			byte[] line = strip(this.start, to);
			boolean last = lineFeed < 0;
			this.start = last ? this.end : lineFeed + 1;
			scanned = this.start;
			this.number++;
			if (line.length > 0) {
				this.stream.reserve(line.length);
				return line;
			}
			if (last) {
				return line;
			}
		}
	}

	private int indexOfLineFeed(int from) {
		for (int i = from; i < this.end; i++) {
			if (this.buffer[i] == '\n') {
				return i;
			}
		}
		return -1;
	}

	/** Makes room behind the line that is being read, then reads on. */
	private void fill() {
		if (this.start > 0) {
			System.arraycopy(this.buffer, this.start, this.buffer, 0, this.end - this.start);
			this.end -= this.start;
			this.start = 0;
		}
		if (this.end == this.buffer.length) {
			long more = Math.min(Math.max(this.buffer.length, FIRST_BUFFER), Math.max(this.stream.left(), 1));
			this.stream.reserve(more);
			this.buffer = Arrays.copyOf(this.buffer, (int) (this.buffer.length + more));
		}
		int read = this.stream.read(this.buffer, this.end, this.buffer.length - this.end);
		if (read < 0) {
			this.ended = true;
			return;
		}
		this.end += read;
		this.bytes += read;
	}

	/** The line without white space around it, as JSON has it. */
	private byte[] strip(int from, int to) {
		int first = from;
		int after = to;
		while (first < after && isBlank(this.buffer[first])) {
			first++;
		}
		while (after > first && isBlank(this.buffer[after - 1])) {
			after--;
		}
		return Arrays.copyOfRange(this.buffer, first, after);
	}

	private static boolean isBlank(byte b) {
		return b == ' ' || b == '\t' || b == '\r';
	}

	/**
	 * The number of the line that was read last, counted from 1.
	 * @return the number
	 */
	public int number() {
		return this.number;
	}

	/**
	 * How many bytes have arrived so far.
	 * @return the bytes
	 */
	public long bytes() {
		return this.bytes;
	}

	@Override
	public void reserve(long bytes) {
		this.stream.reserve(bytes);
	}

	@Override
	public void close() {
		this.stream.close();
	}

}
