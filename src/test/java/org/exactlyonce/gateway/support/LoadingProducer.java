package org.exactlyonce.gateway.support;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A producer that appends one record after the other and notes each answer, until its
 * gateway goes away. It keeps the sequence of an append in doubt and sends it again.
 */
public final class LoadingProducer {

	private final long producerId;

	private final int partition;

	private final String path;

	private final List<Long> offsets = new ArrayList<>();

	private final List<String> surprises = new ArrayList<>();

	private final String more;

	private volatile boolean stopped;

	private volatile int acknowledged;

	private volatile int refused;

	private volatile long slowestNanos;

	private Thread thread = new Thread(() -> {
	});

	public LoadingProducer(long producerId, int partition) {
		this(producerId, partition, 0);
	}

	/**
	 * A producer of larger records.
	 * @param producerId its id
	 * @param partition where to append
	 * @param weight bytes that each record has more
	 */
	public LoadingProducer(long producerId, int partition, int weight) {
		this(producerId, partition, "/partitions/" + partition, weight);
	}

	/**
	 * A producer that appends to another topic.
	 * @param producerId its id
	 * @param topic the topic
	 * @param partition where to append there
	 */
	public LoadingProducer(long producerId, String topic, int partition) {
		this(producerId, partition, "/topics/" + topic + "/partitions/" + partition, 0);
	}

	private LoadingProducer(long producerId, int partition, String path, int weight) {
		this.producerId = producerId;
		this.partition = partition;
		this.path = path;
		this.more = (weight > 0) ? ",\"headers\":{\"weight\":\"" + "x".repeat(weight) + "\"}" : "";
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
				long began = System.nanoTime();
				GatewayClient.Answer answer = client.append(this.path, this.producerId, 0, sequence,
						"\"" + sequence + "\"" + this.more);
				this.slowestNanos = Math.max(this.slowestNanos, System.nanoTime() - began);
				if (answer.status() == 200 || answer.status() == 201) {
					this.offsets.add(answer.json().get("baseOffset").longValue());
					this.acknowledged = this.offsets.size();
				}
				else if (isLater(answer.status()) && answer.header("Retry-After") != null) {
					this.refused = this.refused + 1;
				}
				else {
					this.surprises.add(answer.status() + " " + answer.text());
				}
			}
		}
		catch (UncheckedIOException ex) {
			// the gateway is gone; the append in doubt is sent again after its return
		}
	}

	private static boolean isLater(int status) {
		return status == 503 || status == 429;
	}

	public void stop() {
		stopAll(List.of(this));
	}

	/** Stops producers at the same time, and waits for their last answers. */
	public static void stopAll(List<LoadingProducer> producers) {
		producers.forEach((producer) -> producer.stopped = true);
		producers.forEach(LoadingProducer::join);
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

	/** How often the database was unavailable. */
	public int refused() {
		return this.refused;
	}

	/** The longest that an answer took, whatever it was. */
	public Duration slowest() {
		return Duration.ofNanos(this.slowestNanos);
	}

	public int partition() {
		return this.partition;
	}

	/** The partition's path. */
	public String path() {
		return this.path;
	}

	public long producerId() {
		return this.producerId;
	}

	/** The offset each sequence was acknowledged with. */
	public List<Long> offsets() {
		return List.copyOf(this.offsets);
	}

	/** Answers other than stored, or unavailable with the time to come again. */
	public List<String> surprises() {
		return List.copyOf(this.surprises);
	}

}
