package org.exactlyonce.benchmark;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * One connection of a load: one request in flight, every answer checked. One thread.
 */
abstract class Connection implements AutoCloseable {

	private final SocketChannel channel;

	private final SelectionKey key;

	private final HttpAnswer answer = new HttpAnswer();

	private ByteBuffer unsent = ByteBuffer.allocate(0);

	private long sentNanos;

	Connection(int port, Selector selector) throws IOException {
		this.channel = SocketChannel.open(new InetSocketAddress("localhost", port));
		this.channel.setOption(StandardSocketOptions.TCP_NODELAY, true).configureBlocking(false);
		this.key = this.channel.register(selector, SelectionKey.OP_READ, this);
	}

	/** Sends the next request. */
	abstract void send() throws IOException;

	/**
	 * Checks an answer.
	 * @return whether the request is done; it is not if it had to be sent again
	 */
	abstract boolean accept(HttpAnswer answer) throws IOException;

	/** Sends a request. */
	final void send(ByteBuffer request) throws IOException {
		this.answer.clear();
		this.unsent = request;
		this.sentNanos = System.nanoTime();
		flush();
	}

	/** Sends as much as the connection takes. */
	final void flush() throws IOException {
		this.channel.write(this.unsent);
		int wanted = this.unsent.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
		if (this.key.interestOps() != wanted) {
			this.key.interestOps(wanted);
		}
	}

	/**
	 * Takes what has arrived.
	 * @return whether the request is done
	 */
	final boolean receive() throws IOException {
		return this.answer.read(this.channel) && accept(this.answer);
	}

	/** Insists on a right answer. */
	final void require(boolean holds) {
		if (!holds) {
			throw new IllegalStateException("%s got a wrong answer:%n%s".formatted(this, this.answer));
		}
	}

	/** How long the request in flight has been out. */
	final long nanosSinceSend() {
		return System.nanoTime() - this.sentNanos;
	}

	@Override
	public final void close() throws IOException {
		this.channel.close();
	}

}
