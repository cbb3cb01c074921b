package org.exactlyonce.client.internals;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.NotAuthorizedException;
import org.exactlyonce.client.NotStoredException;
import org.exactlyonce.client.NotTrustedException;
import org.exactlyonce.client.ProducerClosedException;
import org.exactlyonce.client.ProducerSettings;
import org.exactlyonce.client.Transport;
import org.exactlyonce.client.UnknownPartitionException;

/**
 * How many partitions a topic has, asked for once in a while. A count that is known stays
 * so while the gateway does not answer, and until it says that there is no such topic.
 * Safe for threads.
 */
final class PartitionCount {

	private final String topic;

	private final ProducerSettings settings;

	private final WriterLimits limits;

	private final Gateways gateways;

	/** The latest request, and what it is answered; null before the first. */
	private Gateways.Call call;

	private CompletableFuture<Answer> asked;

	private final CountDownLatch closed = new CountDownLatch(1);

	/** 0 while it is not known. */
	private volatile int count;

	private volatile long askAgainAt;

	/** Until when the gateways asked for a pause. */
	private volatile long pausedUntil;

	PartitionCount(String topic, ProducerSettings settings, Gateways gateways) {
		this.topic = topic;
		this.settings = settings;
		this.limits = WriterLimits.of(settings);
		this.gateways = gateways;
	}

	/**
	 * The count. Blocks up to {@code maxBlock} while it is not known; an old one is taken
	 * until there is a new one.
	 * @param mayBlock whether to wait; if not, it is asked for, and refused meanwhile
	 * @return the count
	 * @throws NotStoredException if it is not known
	 * @throws ProducerClosedException if this is closed, and it is not known
	 */
	int get(boolean mayBlock) {
		if (this.count == 0) {
			if (mayBlock) {
				return await();
			}
			ask();
		}
		int known = this.count;
		if (known == 0) {
			throw new NotStoredException("The partitions of topic " + this.topic
					+ " are not known yet, and the producer's own thread does not wait for them.", null, null);
		}
		if (Nanos.now() >= this.askAgainAt && this.closed.getCount() > 0) {
			ask();
		}
		return known;
	}

	/**
	 * Refuses a partition that the gateway does not have. Before, it asks whether there
	 * are more by now, and waits for the answer. Without a count or an answer, the
	 * gateway is to decide.
	 * @param place the partition
	 * @param until when to wait no longer, a time of {@link Nanos}
	 * @throws UnknownPartitionException if there is no such partition
	 */
	void check(Place place, long until) {
		int partition = place.partition();
		int known = this.count;
		if (known == 0 || partition < known) {
			return;
		}
		try {
			Answer answer = ask().get(Math.max(0, until - Nanos.now()), TimeUnit.NANOSECONDS);
			if (answer.isSuccess() && partition >= this.count) {
				throw new UnknownPartitionException("There is no " + place + ", but " + this.count + " from 0 on.",
						null, null);
			}
		}
		catch (ExecutionException | TimeoutException ex) {
			// Not known.
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private int await() {
		long until = Nanos.now() + Nanos.of(this.settings.maxBlock());
		Throwable trouble = null;
		try {
			for (int retries = 1; trouble == null || Nanos.now() < until; retries++) {
				try {
					Answer answer = ask().get(Math.max(1, until - Nanos.now()), TimeUnit.NANOSECONDS);
					if (answer.isSuccess()) {
						return this.count;
					}
					throw answer.refusal();
				}
				catch (ExecutionException ex) {
					if (ex.getCause() instanceof NotAuthorizedException || ex.getCause() instanceof NotTrustedException
							|| ex.getCause() instanceof ProducerClosedException) {
						throw (GatewayException) ex.getCause();
					}
					trouble = ex.getCause();
				}
				long pause = Math.max(this.pausedUntil - Nanos.now(), this.limits.backoff(retries, Math.random()));
				this.closed.await(Math.min(until - Nanos.now(), pause), TimeUnit.NANOSECONDS);
			}
		}
		catch (TimeoutException ex) {
			// Told below.
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			trouble = ex;
		}
		throw new NotStoredException("No gateway told the partitions of topic " + this.topic + " within "
				+ Nanos.toMillis(this.settings.maxBlock()) + " ms.", null, trouble);
	}

	/**
	 * Asks, unless a request is under way.
	 * @return the answer: the count is known, or refused for good
	 */
	private synchronized CompletableFuture<Answer> ask() {
		if (this.closed.getCount() == 0) {
			return CompletableFuture.failedFuture(Outcomes.isClosed());
		}
		if (this.asked == null || this.asked.isDone()) {
			Gateways.Call next = this.gateways.call("GET", Place.partitionsPath(this.topic), Map.of(), null,
					this.settings.requestTimeout());
			this.call = next;
			this.asked = next.response().handle((response, failure) -> answered(next, response, failure));
		}
		return this.asked;
	}

	/** Asks for nothing more. Lets go who waits; a count that is known stays so. */
	synchronized void close() {
		this.closed.countDown();
		if (this.asked != null) {
			this.asked.completeExceptionally(Outcomes.isClosed());
			this.call.response().cancel(true);
		}
	}

	private Answer answered(Gateways.Call call, Transport.Response response, Throwable failure) {
		this.askAgainAt = Nanos.now() + this.limits.retryBackoffMax();
		if (response == null) {
			this.gateways.failed(call);
			throw new CompletionException(failure);
		}
		Answer answer = Answer.of(response);
		if (answer.body().get("partitions") instanceof List<?> partitions && !partitions.isEmpty()) {
			this.count = partitions.size();
			this.askAgainAt = Nanos.now() + Nanos.of(this.settings.metadataMaxAge());
			return answer;
		}
		if (answer.isSuccess() && answer.body().get("partitions") instanceof List<?>) {
			throw new CompletionException(new NotAuthorizedException("The gateway shows no partition of topic "
					+ this.topic + ": the token has no right to produce to it, nor to read it.", null, null));
		}
		if (answer.isTransient() || answer.isSuccess()) {
			this.pausedUntil = Nanos.now() + this.gateways.failed(call, answer.retryAfter()).toNanos();
		}
		else if (answer.status() != 401 || !this.gateways.hasFreshToken(call)) {
			this.count = answer.isMissing() ? 0 : this.count;
			return answer;
		}
		throw new GatewayException(answer.message(), answer.problem(), null);
	}

}
