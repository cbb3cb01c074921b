package org.exactlyonce.client.internals;

import org.exactlyonce.client.Delivery;
import org.exactlyonce.client.ProducerSettings;

/**
 * The settings of a {@link PartitionWriter}; times in nanoseconds.
 */
record WriterLimits(Delivery delivery, int batchBytes, int batchRecords, int maxInFlight, long linger,
		long deliveryTimeout, long retryBackoff, long retryBackoffMax) {

	/** The gateway's default for the records of a batch. */
	private static final int BATCH_RECORDS = 10_000;

	static WriterLimits of(ProducerSettings settings) {
		// Without sequences only one request at a time keeps the order.
		int maxInFlight = (settings.delivery() == Delivery.EXACTLY_ONCE) ? settings.maxInFlight() : 1;
		return new WriterLimits(settings.delivery(), settings.batchBytes(), BATCH_RECORDS, maxInFlight,
				Nanos.of(settings.linger()), Nanos.of(settings.deliveryTimeout()), Nanos.of(settings.retryBackoff()),
				Nanos.of(settings.retryBackoffMax()));
	}

	boolean sequenced() {
		return this.delivery == Delivery.EXACTLY_ONCE;
	}

	/**
	 * How long to wait before a retry.
	 * @param retries how many there were, from 1
	 * @param jitter from 0 to 1
	 * @return nanoseconds
	 */
	long backoff(int retries, double jitter) {
		double exponential = Math.min(this.retryBackoffMax, this.retryBackoff * Math.pow(2, retries - 1));
		return (long) (exponential * (0.8 + 0.4 * jitter));
	}

}
