package org.exactlyonce.gateway.support;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A producer that appends one record after the other and notes each answer, until its
 * gateway goes away. It keeps the sequence of an append in doubt and sends it again.
 */
public final class LoadingProducer {

	private final long producerId;

	private final int partition;

	private final List<Long> offsets = new ArrayList<>();

	private final List<String> surprises = new ArrayList<>();

	private volatile boolean stopped;

	private volatile int acknowledged;

	private Thread thread = new Thread(() -> {
	});

	public LoadingProducer(long producerId, int partition) {
		this.producerId = producerId;
		this.partition = partition;
	}

	/** Appends in the background until it is stopped or the connection fails. */
	public LoadingProducer start(GatewayClient client) {
		this.stopped = false;
		this.thread = new Thread(() -> run(client));
		this.thread.start();
		return this;
	}

	private void run(GatewayClient client) {
		try {
			while (!this.stopped) {
				long sequence = this.offsets.size();
				GatewayClient.Answer answer = client.append(this.partition, this.producerId, sequence,
						"\"" + sequence + "\"");
				if (answer.status() == 200 || answer.status() == 201) {
					this.offsets.add(answer.json().get("baseOffset").longValue());
					this.acknowledged = this.offsets.size();
				}
				else if (answer.status() != 503) {
					this.surprises.add(answer.status() + " " + answer.text());
				}
			}
		}
		catch (UncheckedIOException ex) {
			// the gateway is gone; the append in doubt is sent again after its return
		}
	}

	public void stop() {
		this.stopped = true;
		join();
	}

	/** Waits until the producer has noticed that its gateway is gone. */
	public void join() {
		try {
			this.thread.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public int acknowledged() {
		return this.acknowledged;
	}

	public long producerId() {
		return this.producerId;
	}

	/** The offset each sequence was acknowledged with. */
	public List<Long> offsets() {
		return List.copyOf(this.offsets);
	}

	/** Answers other than stored or unavailable. */
	public List<String> surprises() {
		return List.copyOf(this.surprises);
	}

}
