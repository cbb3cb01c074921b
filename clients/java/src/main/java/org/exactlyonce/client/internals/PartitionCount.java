package org.exactlyonce.client.internals;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.NotAuthorizedException;
import org.exactlyonce.client.NotStoredException;
import org.exactlyonce.client.ProducerSettings;
import org.exactlyonce.client.RefusedException;

/**
 * How many partitions there are, asked for once in a while. Safe for threads.
 */
final class PartitionCount {

	private final ProducerSettings settings;

	private final WriterLimits limits;

	private final Gateways gateways;

	private final ReentrantLock lock = new ReentrantLock();

	private volatile int count;

	private volatile long askAgainAt;

	PartitionCount(ProducerSettings settings, Gateways gateways) {
		this.settings = settings;
		this.limits = WriterLimits.of(settings);
		this.gateways = gateways;
	}

	/**
	 * The count. Blocks up to {@code maxBlock} if it is not known; an old one is taken
	 * while no gateway answers.
	 * @return the count
	 */
	int get() {
		int known = this.count;
		if (known > 0 && Nanos.now() < this.askAgainAt) {
			return known;
		}
		long until = Nanos.now() + Nanos.of(this.settings.maxBlock());
		try {
			if (known > 0 && !this.lock.tryLock()) {
				return known;
			}
			if (known == 0 && !this.lock.tryLock(Nanos.of(this.settings.maxBlock()), TimeUnit.NANOSECONDS)) {
				throw timeout(null);
			}
			try {
				return (this.count > 0 && Nanos.now() < this.askAgainAt) ? this.count : ask(known, until);
			}
			finally {
				this.lock.unlock();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw timeout(ex);
		}
	}

	private int ask(int known, long until) throws InterruptedException {
		Exception trouble = null;
		for (int retries = 1; trouble == null || Nanos.now() < until; retries++) {
			Gateways.Call call = this.gateways.call("GET", "partitions", Map.of(), null, Duration
				.ofNanos(Math.max(1_000_000, Math.min(until - Nanos.now(), Nanos.of(this.settings.requestTimeout())))));
			try {
				Answer answer = Answer.of(call.response().get());
				if (answer.body().get("partitions") instanceof List<?> partitions && !partitions.isEmpty()) {
					this.count = partitions.size();
					this.askAgainAt = Nanos.now() + Nanos.of(this.settings.metadataMaxAge());
					return this.count;
				}
				trouble = failure(answer);
				if (!answer.isTransient()) {
					throw (GatewayException) trouble;
				}
			}
			catch (ExecutionException ex) {
				trouble = ex;
			}
			this.gateways.failed(call);
			if (known > 0) {
				this.askAgainAt = Nanos.now() + this.limits.retryBackoffMax();
				return known;
			}
			TimeUnit.NANOSECONDS.sleep(Math.min(until - Nanos.now(), this.limits.backoff(retries, Math.random())));
		}
		throw timeout(trouble);
	}

	private static GatewayException failure(Answer answer) {
		boolean access = answer.status() == 401 || answer.status() == 403;
		return access ? new NotAuthorizedException(answer.message(), answer.problem(), null)
				: new RefusedException(answer.message(), answer.problem(), null);
	}

	private NotStoredException timeout(Exception cause) {
		return new NotStoredException(
				"No gateway told the partitions within " + this.settings.maxBlock().toMillis() + " ms.", null, cause);
	}

}
