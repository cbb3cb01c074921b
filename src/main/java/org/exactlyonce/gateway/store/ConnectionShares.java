package org.exactlyonce.gateway.store;

import com.zaxxer.hikari.HikariConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.Environment;

/**
 * Who takes connections from the pool. Each has a bound of its own, and the pool has
 * connections for all of them at once, so that no number of readers keeps an append
 * waiting.
 *
 * @param commit writer lanes
 * @param registration registrations
 * @param read reads
 * @param relay the relay to Kafka
 */
record ConnectionShares(@DefaultValue Commit commit, @DefaultValue Registration registration, @DefaultValue Read read,
		@DefaultValue Relay relay) {

	private static final Logger log = LoggerFactory.getLogger(ConnectionShares.class);

	/**
	 * Up to four that serve live readers, two that compare duplicates, the watch for
	 * other replicas, and health.
	 */
	private static final int OTHERS = 8;

	private int sum() {
		return this.commit.lanes + this.registration.maxConcurrent + this.read.maxConcurrent + this.relay.sum()
				+ OTHERS;
	}

	/**
	 * Makes a pool large enough, unless somebody has chosen its size.
	 * @param pool the pool, before it opens a connection
	 * @param environment has the settings
	 */
	static void size(HikariConfig pool, Environment environment) {
		Binder settings = Binder.get(environment);
		ConnectionShares shares = settings.bindOrCreate("gateway", ConnectionShares.class);
		if (!settings.bind("spring.datasource.hikari.maximum-pool-size", Integer.class).isBound()) {
			pool.setMaximumPoolSize(shares.sum());
		}
		else if (pool.getMaximumPoolSize() < shares.sum()) {
			log.warn(
					"The pool has {} connections. {} lanes, {} registrations, {} reads, {} for the relay and {} others "
							+ "may want one at the same time; whoever waits too long is answered 503",
					pool.getMaximumPoolSize(), shares.commit.lanes, shares.registration.maxConcurrent,
					shares.read.maxConcurrent, shares.relay.sum(), OTHERS);
		}
	}

	/**
	 * What appends take.
	 *
	 * @param lanes how many there are, one connection each
	 */
	record Commit(@DefaultValue("1") int lanes) {
	}

	/**
	 * What registrations take.
	 *
	 * @param maxConcurrent how many run at a time, one connection each
	 */
	record Registration(@DefaultValue("4") int maxConcurrent) {
	}

	/**
	 * What reads take.
	 *
	 * @param maxConcurrent how many there are at a time, one connection each
	 */
	record Read(@DefaultValue("8") int maxConcurrent) {
	}

	/**
	 * What the relay takes.
	 *
	 * @param enabled whether there is one
	 * @param threads its workers, one connection each; its timers take two more
	 */
	record Relay(@DefaultValue("false") boolean enabled, @DefaultValue("4") int threads) {

		private int sum() {
			return this.enabled ? this.threads + 2 : 0;
		}

	}

}
