package org.exactlyonce.gateway.proof.faults;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.exactlyonce.gateway.support.ListeningPort;

/**
 * A bad network in front of one gateway: it loses requests and answers, delays appends
 * past their client's patience, and sends some twice. Registrations are never delayed or
 * sent twice: a late one could not be distinguished from a new holder's.
 */
final class FaultProxy implements AutoCloseable {

	/** Names an append, so that the history learns which ones were sent twice. */
	static final String OPERATION = "Fault-Operation";

	private static final Pattern OPERATION_LINE = Pattern.compile("(?i)\\r\\n" + OPERATION + ": *(\\d+)");

	private static final Pattern LENGTH_LINE = Pattern.compile("(?i)\\r\\nContent-Length: *(\\d+)");

	enum Trouble {

		NONE, LOSE_REQUEST, LOSE_ANSWER, CUT_ANSWER, REPEAT, DELAY

	}

	private final ListeningPort port = new ListeningPort(this::serve);

	private final Random random;

	private final LongConsumer repeated;

	private final Map<Trouble, AtomicInteger> troubles = new EnumMap<>(Trouble.class);

	private final AtomicInteger underWay = new AtomicInteger();

	private volatile int target;

	private volatile boolean calm;

	/**
	 * Opens a proxy on a free port.
	 * @param seed makes its decisions
	 * @param repeated gets the operation of an append before it is sent again
	 */
	FaultProxy(long seed, LongConsumer repeated) throws IOException {
		this.random = new Random(seed);
		this.repeated = repeated;
		for (Trouble trouble : Trouble.values()) {
			this.troubles.put(trouble, new AtomicInteger());
		}
		this.port.start();
	}

	int port() {
		return this.port.number();
	}

	/** Points it to another port, when its gateway was started again. */
	void target(int port) {
		this.target = port;
	}

	/** Passes everything on from now on. */
	void calm() {
		this.calm = true;
	}

	/** Requests that wait in the network. */
	int underWay() {
		return this.underWay.get();
	}

	int count(Trouble trouble) {
		return this.troubles.get(trouble).get();
	}

	private void serve(Socket client) throws IOException {
		try (Socket gateway = new Socket(InetAddress.getLoopbackAddress(), this.target)) {
			InputStream requests = new BufferedInputStream(client.getInputStream());
			AnswerPump answers = new AnswerPump(gateway, client);
			this.port.execute(answers);
			byte[] request = readRequest(requests);
			while (request != null && pass(request, gateway, answers)) {
				request = readRequest(requests);
			}
		}
	}

	/** Returns whether the connection is still of use. */
	private boolean pass(byte[] request, Socket gateway, AnswerPump answers) throws IOException {
		String head = new String(request, 0, Math.min(request.length, 1000), StandardCharsets.ISO_8859_1);
		Trouble trouble = choose(head);
		this.troubles.get(trouble).incrementAndGet();
		switch (trouble) {
			case LOSE_REQUEST -> {
				return false;
			}
			case LOSE_ANSWER -> answers.allow(0);
			case CUT_ANSWER -> answers.allow(between(1, 200));
			case REPEAT -> sendLater(request, head);
			case DELAY -> pause(between(100, 4000));
			case NONE -> {
			}
		}
		gateway.getOutputStream().write(request);
		return true;
	}

	private Trouble choose(String head) {
		if (this.calm || !head.startsWith("POST")) {
			return Trouble.NONE;
		}
		int choice = between(0, 1000);
		if (head.startsWith("POST /producers")) {
			return (choice < 30) ? Trouble.LOSE_ANSWER : Trouble.NONE;
		}
		int[] upTo = { 5, 15, 20, 35, 45 };
		Trouble[] trouble = { Trouble.LOSE_REQUEST, Trouble.LOSE_ANSWER, Trouble.CUT_ANSWER, Trouble.REPEAT,
				Trouble.DELAY };
		for (int i = 0; i < upTo.length; i++) {
			if (choice < upTo[i]) {
				return trouble[i];
			}
		}
		return Trouble.NONE;
	}

	private synchronized int between(int from, int to) {
		return from + this.random.nextInt(to - from);
	}

	private void pause(int millis) {
		this.underWay.incrementAndGet();
		try {
			Thread.sleep(millis);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.underWay.decrementAndGet();
		}
	}

	/** Sends a copy on another connection, at any time before or after the original. */
	private void sendLater(byte[] request, String head) {
		Matcher operation = OPERATION_LINE.matcher(head);
		if (operation.find()) {
			this.repeated.accept(Long.parseLong(operation.group(1)));
			this.underWay.incrementAndGet();
			this.port.execute(() -> {
				pause(between(0, 3000));
				try (Socket gateway = new Socket(InetAddress.getLoopbackAddress(), this.target)) {
					gateway.setSoTimeout(15_000);
					gateway.getOutputStream().write(request);
					gateway.getInputStream().read();
				}
				catch (IOException ex) {
					// lost again
				}
				finally {
					this.underWay.decrementAndGet();
				}
			});
		}
	}

	private static byte[] readRequest(InputStream in) throws IOException {
		ByteArrayOutputStream request = new ByteArrayOutputStream();
		int ends = 0;
		while (ends < 4) {
			int next = in.read();
			if (next < 0) {
				return null;
			}
			request.write(next);
			ends = (next == "\r\n\r\n".charAt(ends)) ? ends + 1 : (next == '\r') ? 1 : 0;
		}
		Matcher length = LENGTH_LINE.matcher(request.toString(StandardCharsets.ISO_8859_1));
		if (length.find()) {
			request.write(in.readNBytes(Integer.parseInt(length.group(1))));
		}
		return request.toByteArray();
	}

	@Override
	public void close() throws IOException {
		this.port.close();
	}

	/** Brings answers back, until it gets the place to cut. */
	private static final class AnswerPump implements Runnable {

		private final Socket gateway;

		private final Socket client;

		private int allowed = Integer.MAX_VALUE;

		AnswerPump(Socket gateway, Socket client) {
			this.gateway = gateway;
			this.client = client;
		}

		synchronized void allow(int bytes) {
			this.allowed = bytes;
		}

		private synchronized int take(int bytes) {
			int taken = Math.min(bytes, this.allowed);
			this.allowed = (this.allowed == Integer.MAX_VALUE) ? this.allowed : this.allowed - taken;
			return taken;
		}

		@Override
		public void run() {
			byte[] buffer = new byte[16_384];
			try (this.client; this.gateway) {
				for (int read; (read = this.gateway.getInputStream().read(buffer)) >= 0;) {
					int taken = take(read);
					this.client.getOutputStream().write(buffer, 0, taken);
					if (taken < read) {
						return;
					}
				}
			}
			catch (IOException ex) {
				// one side is gone
			}
		}

	}

}
