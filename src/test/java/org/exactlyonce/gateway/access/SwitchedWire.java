package org.exactlyonce.gateway.access;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A port that leads to another one, as the address of a name does, without a look at what
 * passes. Where it leads can change, and its connections can be cut.
 */
final class SwitchedWire implements AutoCloseable {

	private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

	private volatile int target;

	SwitchedWire(int target) throws IOException {
		this.target = target;
		this.threads.execute(this::accept);
	}

	int port() {
		return this.server.getLocalPort();
	}

	/** Leads all connections to come elsewhere. */
	void leadTo(int port) {
		this.target = port;
	}

	/** Cuts the connections that there are. */
	void cut() {
		this.connections.forEach(SwitchedWire::close);
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
		this.connections.add(client);
		try (client; Socket gateway = new Socket(InetAddress.getLoopbackAddress(), this.target)) {
			this.threads.execute(() -> pass(gateway, client));
			pass(client, gateway);
		}
		catch (IOException ex) {
			// one side is gone: closing both tells the other
		}
		finally {
			this.connections.remove(client);
		}
	}

	private static void pass(Socket from, Socket to) {
		try {
			from.getInputStream().transferTo(to.getOutputStream());
		}
		catch (IOException ex) {
			// as above
		}
		finally {
			close(from);
			close(to);
		}
	}

	private static void close(Socket socket) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			// it is gone anyway
		}
	}

	@Override
	public void close() throws IOException {
		this.server.close();
		cut();
		this.threads.shutdownNow();
	}

}
