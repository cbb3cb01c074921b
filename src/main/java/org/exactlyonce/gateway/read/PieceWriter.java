package org.exactlyonce.gateway.read;

import java.io.IOException;

import jakarta.servlet.ServletOutputStream;

/**
 * Writes one piece of an event stream at a time, without blocking: as much as the client
 * takes, and on from there.
 */
final class PieceWriter {

	private static final byte[] NOTHING = {};

	/**
	 * What the container's buffers for a response and for its socket take. A call that
	 * hands over more, or hands it over before the last is gone, gets a buffer of 64 KiB
	 * that stays for as long as the client takes nothing.
	 */
	private static final int WRITE_BYTES = 8 * 1024;

	private final ServletOutputStream out;

	private byte[] piece = NOTHING;

	private int written;

	private boolean flushed = true;

	PieceWriter(ServletOutputStream out) {
		this.out = out;
	}

	void begin(byte[] bytes) {
		this.piece = bytes;
		this.written = 0;
		this.flushed = false;
	}

	/** Whether a piece is not all written, or not flushed. */
	boolean isSending() {
		return this.piece.length > 0 || !this.flushed;
	}

	/** Writes the piece at hand; false if the container will call when more goes out. */
	boolean write() throws IOException {
		while (!this.flushed || this.written < this.piece.length) {
			if (!this.out.isReady()) {
				return false;
			}
			if (this.flushed) {
				int length = Math.min(WRITE_BYTES, this.piece.length - this.written);
				this.out.write(this.piece, this.written, length);
				this.written += length;
				this.flushed = false;
			}
			else {
				this.out.flush();
				this.flushed = true;
			}
		}
		return true;
	}

	/**
	 * Lets go of the piece at hand.
	 * @return how many bytes it had
	 */
	int drop() {
		int bytes = this.piece.length;
		this.piece = NOTHING;
		this.written = 0;
		return bytes;
	}

}
