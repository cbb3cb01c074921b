package org.exactlyonce.gateway.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A port that leads to another one, as the address of a name does, without a look at what
 * passes. Where it leads can change, and its connections can be cut.
 */
public final class SwitchedWire implements AutoCloseable {

	private final ListeningPort port = new ListeningPort(this::serve);

	private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

	private volatile int target;

	private boolean isHeld;

	public SwitchedWire(int target) throws IOException {
		this.target = target;
		this.port.start();
	}

	/** Its own port. */
	public int port() {
		return this.port.number();
	}

	/** Leads all connections to come elsewhere. */
	public void leadTo(int port) {
		this.target = port;
	}

	/** Cuts the connections that there are. */
	public void cut() {
		this.connections.forEach(SwitchedWire::close);
	}

	/** Lets nothing pass, without a word, as a network does whose cable is out. */
	public synchronized void hold() {
		this.isHeld = true;
	}

	/** Lets all pass again, what was held first. */
	public synchronized void release() {
		this.isHeld = false;
		notifyAll();
	}

	private synchronized void awaitRelease() throws IOException {
		try {
			while (this.isHeld) {
				wait();
			}
		}
		catch (InterruptedException ex) {
			throw new IOException(ex);
		}
	}

	private void serve(Socket client) throws IOException {
		this.connections.add(client);
		try (Socket gateway = new Socket(InetAddress.getLoopbackAddress(), this.target)) {
			this.port.execute(() -> pass(gateway, client));
			pass(client, gateway);
		}
		finally {
			this.connections.remove(client);
		}
	}

	private void pass(Socket from, Socket to) {
		try {
			byte[] bytes = new byte[16384];
			int count;
			while ((count = from.getInputStream().read(bytes)) >= 0) {
				awaitRelease();
				to.getOutputStream().write(bytes, 0, count);
			}
		}
		catch (IOException ex) {
			// one side is gone: closing both ends the other
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
		release();
		this.port.close();
		cut();
	}

}
