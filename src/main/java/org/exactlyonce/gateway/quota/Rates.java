package org.exactlyonce.gateway.quota;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.EstimationProbe;
import io.github.bucket4j.TimeMeter;
import org.jspecify.annotations.Nullable;

/**
 * Counts how much of its requests and bytes a second each principal has used. A bucket
 * holds what comes within a second; one that is full is like one that is not there yet,
 * so that those who sent nothing lately take no memory. Thread-safe.
 */
final class Rates {

	private static final int FEW = 1000;

	private static final Duration SECOND = Duration.ofSeconds(1);

	private final Function<String, Quota> quotas;

	private final TimeMeter time;

	private final ConcurrentHashMap<String, Buckets> buckets = new ConcurrentHashMap<>();

	private volatile int tidyAt = FEW;

	/**
	 * Begins with nothing used.
	 * @param quotas each principal's quota
	 * @param time the monotonic clock
	 */
	Rates(Function<String, Quota> quotas, TimeMeter time) {
		this.quotas = quotas;
		this.time = time;
	}

	/**
	 * Takes a request, unless a quota is used up: then it takes nothing. The bytes need
	 * not be there: one at least, and the rest is a debt, so that a body that is larger
	 * than what comes within a second is let in now and then.
	 * @param principal who sends it
	 * @param hasBody whether it has a body
	 * @param bytes how large that is, or 0 if it is not known yet
	 * @return the quota that is used up, or null if the request is let in
	 */
	@Nullable Exceeded take(String principal, boolean hasBody, long bytes) {
		AtomicReference<@Nullable Exceeded> refusal = new AtomicReference<>();
		use(principal, (used) -> refusal.set(used.take(hasBody, bytes)));
		return refusal.get();
	}

	/**
	 * Takes bytes that came, whether they are there or not.
	 * @param principal who sent them
	 * @param bytes how many, at least 1
	 */
	void charge(String principal, long bytes) {
		use(principal, (used) -> used.charge(bytes));
	}

	/** While it is used, nobody else uses it or throws it away. */
	private void use(String principal, Consumer<Buckets> work) {
		if (this.buckets.size() >= this.tidyAt && !this.buckets.containsKey(principal)) {
			tidy();
		}
		this.buckets.compute(principal, (name, known) -> {
			Buckets used = (known != null) ? known : new Buckets(this.quotas.apply(name), this.time);
			work.accept(used);
			return used;
		});
	}

	/** Costs as much as it frees, or is not done again until there are twice as many. */
	private void tidy() {
		this.buckets.keySet()
			.forEach((name) -> this.buckets.computeIfPresent(name, (any, used) -> used.areFull() ? null : used));
		this.tidyAt = Math.max(FEW, 2 * this.buckets.size());
	}

	/** How many principals have something used. */
	int size() {
		return this.buckets.size();
	}

	/** The buckets of one principal. */
	private static final class Buckets {

		private final long mostRequests;

		private final long mostBytes;

		private final @Nullable Bucket requests;

		private final @Nullable Bucket bytes;

		private Buckets(Quota quota, TimeMeter time) {
			this.mostRequests = (quota.requestsPerSecond() != null) ? quota.requestsPerSecond() : 0;
			this.mostBytes = (quota.bytesPerSecond() != null) ? quota.bytesPerSecond().toBytes() : 0;
			this.requests = bucket(this.mostRequests, time);
			this.bytes = bucket(this.mostBytes, time);
		}

		private static @Nullable Bucket bucket(long most, TimeMeter time) {
			return (most == 0) ? null
					: Bucket.builder()
						.addLimit((limit) -> limit.capacity(most).refillGreedy(most, SECOND))
						.withCustomTimePrecision(time)
						.build();
		}

		private @Nullable Exceeded take(boolean hasBody, long length) {
			if (this.bytes != null && hasBody) {
				EstimationProbe probe = this.bytes.estimateAbilityToConsume(1);
				if (!probe.canBeConsumed()) {
					return Exceeded.bytes(this.mostBytes, probe.getNanosToWaitForRefill());
				}
			}
			if (this.requests != null) {
				ConsumptionProbe probe = this.requests.tryConsumeAndReturnRemaining(1);
				if (!probe.isConsumed()) {
					return Exceeded.requests(this.mostRequests, probe.getNanosToWaitForRefill());
				}
			}
			charge(length);
			return null;
		}

		private void charge(long length) {
			if (this.bytes != null && length > 0) {
				this.bytes.consumeIgnoringRateLimits(length);
			}
		}

		private boolean areFull() {
			return isFull(this.requests, this.mostRequests) && isFull(this.bytes, this.mostBytes);
		}

		private static boolean isFull(@Nullable Bucket bucket, long most) {
			return bucket == null || bucket.getAvailableTokens() == most;
		}

	}

}
