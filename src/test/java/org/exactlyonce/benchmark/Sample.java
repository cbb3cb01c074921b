package org.exactlyonce.benchmark;

import org.HdrHistogram.Histogram;

/**
 * One load on one variant in one round.
 *
 * @param seconds how long
 * @param latencies one value, in nanoseconds, a request answered in that time
 * @param batch records a request
 * @param used CPU and groups, until the last request was answered
 * @param retries requests that failed and were sent again; of the naive design only
 * @param readBack records read a second while the log was checked; 0 if none were
 */
record Sample(double seconds, Histogram latencies, int batch, Counters used, long retries, double readBack) {

	double requestsPerSecond() {
		return this.latencies.getTotalCount() / this.seconds;
	}

	double recordsPerSecond() {
		return requestsPerSecond() * this.batch;
	}

	double p50() {
		return millis(50);
	}

	double p95() {
		return millis(95);
	}

	double p99() {
		return millis(99);
	}

	private double millis(double percentile) {
		return this.latencies.getValueAtPercentile(percentile) / 1e6;
	}

	/** Appends a group commit. */
	double group() {
		return this.used.grouped() / this.used.groups();
	}

	/** Cores that the gateway's process used. */
	double gatewayCpu() {
		return (double) this.used.gatewayNanos() / this.used.wallNanos();
	}

	/** Cores that the database's processes used. */
	double databaseCpu() {
		return (double) this.used.databaseNanos() / this.used.wallNanos();
	}

	/** Cores that this process used. */
	double generatorCpu() {
		return (double) this.used.generatorNanos() / this.used.wallNanos();
	}

}
