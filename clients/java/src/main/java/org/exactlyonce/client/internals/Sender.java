package org.exactlyonce.client.internals;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import org.exactlyonce.client.Callback;
import org.exactlyonce.client.Delivery;
import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.InvalidRecordException;
import org.exactlyonce.client.NotStoredException;
import org.exactlyonce.client.OutgoingRecord;
import org.exactlyonce.client.ProducerClosedException;
import org.exactlyonce.client.ProducerSettings;
import org.exactlyonce.client.Receipt;
import org.exactlyonce.client.RecordTooLargeException;

/**
 * The callers' side of a producer: checks records, waits for room, hands them to the
 * producer's thread.
 */
public final class Sender {

	/** How much longer than it may take a close waits for the producer's thread. */
	private static final long GRACE_NANOS = 1_000_000_000;

	private static final System.Logger logger = System.getLogger(Sender.class.getName());

	private final ProducerSettings settings;

	private final Buffer buffer;

	private final PartitionCounts partitionCounts;

	private final SenderLoop loop;

	private final Thread thread;

	private volatile boolean closed;

	private Sender(ProducerSettings settings) {
		this.settings = settings;
		this.buffer = new Buffer(settings.bufferBytes());
		Gateways gateways = new Gateways(settings.urls(), settings.token(), settings.sslContext(),
				settings.transport());
		this.partitionCounts = new PartitionCounts(settings, gateways);
		this.loop = new SenderLoop(settings, gateways, this.buffer,
				(settings.outbox() != null) ? Outbox.open(settings.outbox(), settings.name()) : null,
				this.partitionCounts);
		this.thread = new Thread(this.loop,
				"gateway-producer" + ((settings.name() != null) ? "-" + settings.name() : ""));
		this.thread.setDaemon(true);
	}

	/**
	 * Starts a producer's thread.
	 * @param settings the settings
	 * @return the sender
	 */
	public static Sender start(ProducerSettings settings) {
		Sender sender = new Sender(settings);
		sender.thread.start();
		return sender;
	}

	/**
	 * Sends a record.
	 * @param outgoing the record
	 * @param callback is told the outcome; may be null
	 * @param maxBlock how long it may wait, for the partitions and for room together; on
	 * the producer's thread it does not
	 * @return the outcome
	 */
	public CompletableFuture<Receipt> send(OutgoingRecord outgoing, Callback callback, Duration maxBlock) {
		if (this.closed) {
			throw ended();
		}
		Place.check(outgoing.topic());
		if (outgoing.id() != null && this.settings.delivery() != Delivery.AT_LEAST_ONCE) {
			throw new InvalidRecordException("A record with an id needs the delivery AT_LEAST_ONCE, not "
					+ this.settings.delivery() + ": a gateway takes an id, by which it knows the record again, neither"
					+ " together with a producer's identity nor unanswered.", null, null);
		}
		Place place = new Place(outgoing.topic(), outgoing.partition());
		// The producer's thread makes the room: it must not wait for it.
		long until = Nanos.now() + (this.loop.inbox().isOwnThread() ? 0 : Nanos.of(maxBlock));
		this.partitionCounts.check(place, until);
		byte[] line = RecordLine.of(outgoing);
		int size = PendingRecord.size(line);
		if (line.length > this.settings.maxRequestBytes() || size > this.settings.bufferBytes()) {
			throw new RecordTooLargeException("The record has " + line.length
					+ " bytes as it is sent, more than maxRequestBytes (" + this.settings.maxRequestBytes()
					+ ") or bufferBytes (" + this.settings.bufferBytes() + ").", null, null);
		}
		GatewayException refusal = this.loop.refusal();
		if (refusal == null) {
			refusal = takeRoom(size, until, maxBlock);
		}
		CompletableFuture<Receipt> future = new CompletableFuture<>();
		if (refusal != null) {
			Reporter.call(callback, null, refusal);
			future.completeExceptionally(refusal);
		}
		else if (!this.loop.add(new PendingRecord(place, line, future, callback, Nanos.now()))) {
			throw ended();
		}
		return future;
	}

	/**
	 * Why a producer that is closed takes nothing: what had ended it before, if anything
	 * had.
	 */
	private GatewayException ended() {
		GatewayException refusal = this.loop.refusal();
		boolean isOver = refusal != null && !(refusal instanceof NotStoredException)
				&& !(refusal instanceof ProducerClosedException);
		return isOver ? refusal : Outcomes.isClosed();
	}

	private GatewayException takeRoom(int size, long until, Duration maxBlock) {
		try {
			if (this.buffer.take(size, Math.max(0, until - Nanos.now()), this.loop.inbox()::wake)) {
				return null;
			}
			if (this.closed) {
				throw ended();
			}
			return new NotStoredException(
					"The buffer had no room for " + size + " bytes within " + Nanos.toMillis(maxBlock) + " ms.", null,
					null);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return new NotStoredException("The thread was interrupted while it waited for room in the buffer.", null,
					ex);
		}
	}

	/**
	 * Waits until all that was sent before has its outcome.
	 * @throws InterruptedException if the thread is interrupted
	 */
	public void flush() throws InterruptedException {
		if (this.loop.inbox().isOwnThread()) {
			throw new IllegalStateException("A flush in a callback would wait for itself.");
		}
		try {
			this.loop.flush().get();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex.getCause());
		}
	}

	/**
	 * How many partitions a topic has. Does not wait in a callback.
	 * @param topic the topic
	 * @return the count
	 */
	public int partitions(String topic) {
		Place.check(topic);
		// The producer's thread has others to serve.
		return this.partitionCounts.get(topic, !this.loop.inbox().isOwnThread());
	}

	/**
	 * How much of the buffer is free.
	 * @return the bytes
	 */
	public long bufferAvailable() {
		return this.buffer.available();
	}

	/**
	 * Closes the producer.
	 * @param timeout how long it may take
	 */
	public void close(Duration timeout) {
		if (timeout.isNegative()) {
			throw new IllegalArgumentException("The timeout is negative.");
		}
		this.closed = true;
		this.partitionCounts.close();
		if (this.loop.inbox().isOwnThread()) {
			this.loop.close(Duration.ZERO);
			return;
		}
		this.loop.close(timeout);
		long until = Nanos.now() + Nanos.of(timeout) + GRACE_NANOS;
		boolean interrupted = false;
		while (this.thread.isAlive() && Nanos.now() < until) {
			try {
				TimeUnit.NANOSECONDS.timedJoin(this.thread, until - Nanos.now());
			}
			catch (InterruptedException ex) {
				interrupted = true;
				this.loop.close(Duration.ZERO);
				until = Math.min(until, Nanos.now() + GRACE_NANOS);
			}
		}
		if (this.thread.isAlive()) {
			logger.log(System.Logger.Level.WARNING,
					"The producer is not closed in time: a callback, a listener or the disk holds its thread");
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

}
