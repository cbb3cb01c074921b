package org.exactlyonce.gateway.commit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;

import org.exactlyonce.gateway.support.ListeningPort;

/**
 * Stands between a driver and its server, and cuts one connection when a word comes by.
 */
final class CuttingProxy implements AutoCloseable {

	/** Where the connection is cut. */
	enum Cut {

		/** The server does not get the word. */
		BEFORE,

		/** The server has done what it was asked for; its answer is lost. */
		BEHIND

	}

	private final ListeningPort port = new ListeningPort(this::serve);

	private final int target;

	private final String word;

	private final AtomicReference<Cut> next = new AtomicReference<>();

	/**
	 * Opens a proxy on a free port.
	 * @param target port of the server
	 * @param word what it waits for, as the driver sends it
	 */
	CuttingProxy(int target, String word) throws IOException {
		this.target = target;
		this.word = word;
		this.port.start();
	}

	int port() {
		return this.port.number();
	}

	/** Cuts the next connection on which the word comes by. */
	void cut(Cut where) {
		this.next.set(where);
	}

	/** Whether it was cut since. */
	boolean hasCut() {
		return this.next.get() == null;
	}

	private void serve(Socket driver) throws IOException {
		try (Socket database = new Socket(InetAddress.getLoopbackAddress(), this.target)) {
			AtomicReference<Cut> cut = new AtomicReference<>();
			this.port.execute(() -> answer(database, driver, cut));
			pass(driver.getInputStream(), database.getOutputStream(), cut);
		}
	}

	private void pass(InputStream from, OutputStream to, AtomicReference<Cut> cut) throws IOException {
		byte[] buffer = new byte[1 << 20];
		for (int count = from.read(buffer); count > 0; count = from.read(buffer)) {
			if (new String(buffer, 0, count, StandardCharsets.ISO_8859_1).contains(this.word)) {
				cut.set(this.next.getAndSet(null));
			}
			if (cut.get() == Cut.BEFORE) {
				return;
			}
			to.write(buffer, 0, count);
		}
	}

	private static void answer(Socket database, Socket driver, AtomicReference<Cut> cut) {
		try (database; driver) {
			byte[] buffer = new byte[1 << 16];
			InputStream from = database.getInputStream();
			for (int count = from.read(buffer); count > 0 && cut.get() == null; count = from.read(buffer)) {
				driver.getOutputStream().write(buffer, 0, count);
			}
		}
		catch (IOException ex) {
			// one side is gone: closing both ends the other
		}
	}

	@Override
	public void close() throws IOException {
		this.port.close();
	}

}
