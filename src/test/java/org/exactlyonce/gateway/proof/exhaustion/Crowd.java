package org.exactlyonce.gateway.proof.exhaustion;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * Many clients at the same moment, each with a connection of its own that it keeps, and
 * one request. They read the beginning of their answers and nothing else.
 */
final class Crowd implements AutoCloseable {

	private static final int STATUS_LINE = 12;

	private final Map<Integer, Integer> statuses = new TreeMap<>();

	private final List<SocketChannel> channels = new ArrayList<>();

	private final Selector selector;

	private int unanswered;

	/**
	 * Connects all of them, and sends their requests.
	 * @param port the gateway's port
	 * @param clients how many
	 * @param requests the request of each, without {@code Host}
	 */
	Crowd(int port, int clients, IntFunction<String> requests) {
		try {
			this.selector = Selector.open();
			for (int i = 0; i < clients; i++) {
				SocketChannel channel = SocketChannel.open();
				this.channels.add(channel);
				channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
				channel.configureBlocking(false);
				channel.connect(new InetSocketAddress("localhost", port));
				byte[] request = requests.apply(i).getBytes(StandardCharsets.US_ASCII);
				channel.register(this.selector, SelectionKey.OP_CONNECT, ByteBuffer.wrap(request));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Waits for answers.
	 * @param patience how long
	 * @return how many clients got which status; those without an answer count as 0
	 */
	Map<Integer, Integer> answers(Duration patience) throws IOException {
		long end = System.nanoTime() + patience.toNanos();
		this.unanswered = this.channels.size();
		while (this.unanswered > 0 && System.nanoTime() < end) {
			this.selector.select(100);
			for (SelectionKey key : this.selector.selectedKeys()) {
				try {
					serve(key);
				}
				catch (IOException ex) { // refused, or closed without an answer
					key.cancel();
					answered(0);
				}
			}
			this.selector.selectedKeys().clear();
		}
		if (this.unanswered > 0) {
			this.statuses.merge(0, this.unanswered, Integer::sum);
		}
		return this.statuses;
	}

	private void serve(SelectionKey key) throws IOException {
		SocketChannel channel = (SocketChannel) key.channel();
		if (key.isConnectable() && channel.finishConnect()) {
			channel.write((ByteBuffer) key.attachment());
			key.interestOps(SelectionKey.OP_READ);
		}
		else if (key.isReadable()) {
			ByteBuffer line = ByteBuffer.allocate(STATUS_LINE);
			key.cancel();
			boolean status = channel.read(line) == STATUS_LINE;
			answered(status ? Integer.parseInt(new String(line.array(), 9, 3, StandardCharsets.US_ASCII)) : 0);
		}
	}

	private void answered(int status) {
		this.unanswered--;
		this.statuses.merge(status, 1, Integer::sum);
	}

	@Override
	public void close() throws IOException {
		for (SocketChannel channel : this.channels) {
			channel.close();
		}
		this.selector.close();
	}

}
