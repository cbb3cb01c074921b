package org.exactlyonce.client.support;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server of HTTP/1.1 that does with each connection what a test says, byte for byte.
 */
public final class RawServer implements AutoCloseable {

	private final ServerSocket port;

	private final Script script;

	private final AtomicInteger connections = new AtomicInteger();

	private final List<String> requests = new CopyOnWriteArrayList<>();

	private RawServer(ServerSocket port, Script script) {
		this.port = port;
		this.script = script;
	}

	/**
	 * Starts a server on a free port of the loopback.
	 * @param script what it does with each connection, which it closes then
	 * @return the server
	 * @throws IOException if there is no port
	 */
	public static RawServer start(Script script) throws IOException {
		return start(new ServerSocket(0, 1000, InetAddress.getLoopbackAddress()), script);
	}

	/**
	 * Starts a server.
	 * @param port its port
	 * @param script what it does with each connection, which it closes then
	 * @return the server
	 */
	public static RawServer start(ServerSocket port, Script script) {
		RawServer server = new RawServer(port, script);
		daemon(server::accept);
		return server;
	}

	private static void daemon(Runnable task) {
		Thread thread = new Thread(task, "raw-server");
		thread.setDaemon(true);
		thread.start();
	}

	private void accept() {
		try {
			while (true) {
				Socket client = this.port.accept();
				this.connections.incrementAndGet();
				daemon(() -> serve(client));
			}
		}
		catch (IOException ex) {
			// closed
		}
	}

	private void serve(Socket client) {
		try (client) {
			this.script.serve(new Connection(client));
		}
		catch (IOException ex) {
			// the client is gone
		}
	}

	public int port() {
		return this.port.getLocalPort();
	}

	/** How many connections there were. */
	public int connections() {
		return this.connections.get();
	}

	/** The heads of the requests that came. */
	public List<String> requests() {
		return this.requests;
	}

	@Override
	public void close() throws IOException {
		this.port.close();
	}

	/**
	 * What a server does with a connection.
	 */
	@FunctionalInterface
	public interface Script {

		/**
		 * Serves a connection.
		 * @param connection the connection
		 * @throws IOException if the client is gone
		 */
		void serve(Connection connection) throws IOException;

	}

	/**
	 * A connection.
	 */
	public final class Connection {

		private final Socket socket;

		private final InputStream in;

		private Connection(Socket socket) throws IOException {
			this.socket = socket;
			this.in = socket.getInputStream();
		}

		/**
		 * Reads a request.
		 * @return its body; null if the client has closed
		 * @throws IOException if the client is gone
		 */
		public byte[] read() throws IOException {
			ByteArrayOutputStream head = new ByteArrayOutputStream();
			while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
				int next = this.in.read();
				if (next < 0) {
					return null;
				}
				head.write(next);
			}
			String text = head.toString(StandardCharsets.ISO_8859_1);
			RawServer.this.requests.add(text);
			int length = 0;
			for (String line : text.split("\r\n")) {
				if (line.toLowerCase().startsWith("content-length:")) {
					length = Integer.parseInt(line.substring(15).trim());
				}
			}
			return this.in.readNBytes(length);
		}

		/**
		 * Writes.
		 * @param lines the lines, without their ends; what is empty ends the head
		 * @throws IOException if the client is gone
		 */
		public void write(String... lines) throws IOException {
			write(String.join("\r\n", lines).getBytes(StandardCharsets.ISO_8859_1));
		}

		/**
		 * Writes bytes.
		 * @param bytes the bytes
		 * @throws IOException if the client is gone
		 */
		public void write(byte[] bytes) throws IOException {
			this.socket.getOutputStream().write(bytes);
			this.socket.getOutputStream().flush();
		}

		/** Waits until the client closes. */
		public void awaitEnd() {
			try {
				while (this.in.read() >= 0) {
					continue;
				}
			}
			catch (IOException ex) {
				// reset, which is an end, too
			}
		}

	}

}
