package org.exactlyonce.gateway.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A free port of this machine, for the proxies of tests: a thread serves each connection.
 */
public final class ListeningPort implements AutoCloseable {

	private static final int BACKLOG = 200;

	private final ServerSocket server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());

	private final ExecutorService threads = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task, "proxy");
		thread.setDaemon(true);
		return thread;
	});

	private final Serving serving;

	/**
	 * Opens the port; connections are served once {@link #start()} was called.
	 * @param serving what is done with a connection
	 */
	public ListeningPort(Serving serving) throws IOException {
		this.serving = serving;
	}

	public int number() {
		return this.server.getLocalPort();
	}

	/** Serves from now on. */
	public void start() {
		this.threads.execute(this::accept);
	}

	/** Runs more work of the proxy's, until it is closed. */
	public void execute(Runnable work) {
		this.threads.execute(work);
	}

	private void accept() {
		try {
			while (true) {
				Socket client = this.server.accept();
				this.threads.execute(() -> serve(client));
			}
		}
		catch (IOException ex) {
			// closed
		}
	}

	private void serve(Socket client) {
		try (client) {
			this.serving.serve(client);
		}
		catch (IOException ex) {
			// one side is gone: closing both ends the other
		}
	}

	@Override
	public void close() throws IOException {
		this.server.close();
		this.threads.shutdownNow();
	}

	/** Serves connections. */
	public interface Serving {

		/**
		 * Serves one.
		 * @param client the connection, closed behind it
		 */
		void serve(Socket client) throws IOException;

	}

}
