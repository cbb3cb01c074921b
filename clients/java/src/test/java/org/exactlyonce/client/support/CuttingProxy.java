package org.exactlyonce.client.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a client and the gateway, and cuts connections at random: before a
 * request has gone through, before its answer, or in its middle.
 */
public final class CuttingProxy implements AutoCloseable {

	private final ServerSocket port = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

	private final int target;

	private final Random random;

	private final AtomicInteger cuts = new AtomicInteger();

	private volatile double lostRequests;

	private volatile double lostAnswers;

	private volatile boolean deaf;

	/**
	 * Opens a proxy on a free port.
	 * @param target port of the gateway
	 * @param seed of the cuts
	 * @throws IOException if there is no port
	 */
	public CuttingProxy(int target, long seed) throws IOException {
		this.target = target;
		this.random = new Random(seed);
		start(this::accept);
	}

	/**
	 * Cuts from now on.
	 * @param requests the share of requests that do not reach the gateway
	 * @param answers the share of answers that do not reach the client
	 */
	public void cut(double requests, double answers) {
		this.lostRequests = requests;
		this.lostAnswers = answers;
	}

	/**
	 * Passes requests on, and no answer, without a cut.
	 * @param deaf whether it does so
	 */
	public void swallowAnswers(boolean deaf) {
		this.deaf = deaf;
	}

	public int cuts() {
		return this.cuts.get();
	}

	public String url() {
		return "http://127.0.0.1:" + this.port.getLocalPort();
	}

	private static void start(Runnable task) {
		Thread thread = new Thread(task, "cutting-proxy");
		thread.setDaemon(true);
		thread.start();
	}

	private void accept() {
		try {
			while (true) {
				Socket client = this.port.accept();
				start(() -> serve(client));
			}
		}
		catch (IOException ex) {
			// closed
		}
	}

	private void serve(Socket client) {
		try (client; Socket gateway = new Socket(InetAddress.getLoopbackAddress(), this.target)) {
			start(() -> answer(gateway, client));
			pass(client.getInputStream(), gateway.getOutputStream(), false);
		}
		catch (IOException ex) {
			// one side is gone: closing both ends the other
		}
	}

	private void answer(Socket gateway, Socket client) {
		try (gateway; client) {
			pass(gateway.getInputStream(), client.getOutputStream(), true);
		}
		catch (IOException ex) {
			// as above
		}
	}

	private void pass(InputStream from, OutputStream to, boolean answer) throws IOException {
		byte[] buffer = new byte[1 << 20];
		for (int count = from.read(buffer); count > 0; count = from.read(buffer)) {
			if (answer && this.deaf) {
				continue;
			}
			if (this.random.nextDouble() < (answer ? this.lostAnswers : this.lostRequests)) {
				this.cuts.incrementAndGet();
				to.write(buffer, 0, (answer && this.random.nextBoolean()) ? count / 2 : 0);
				return;
			}
			to.write(buffer, 0, count);
		}
	}

	@Override
	public void close() throws IOException {
		this.port.close();
	}

}
