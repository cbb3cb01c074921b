package org.exactlyonce.gateway.store;

import java.util.Collection;
import java.util.stream.Collectors;

import com.zaxxer.hikari.HikariConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Sizes the pool by the shares that the parts of the gateway publish: connections for all
 * of them at once, so that no number of readers keeps an append waiting.
 */
final class ConnectionShares {

	private static final Logger log = LoggerFactory.getLogger(ConnectionShares.class);

	private static final String CHOSEN_SIZE = "spring.datasource.hikari.maximum-pool-size";

	private ConnectionShares() {
	}

	/**
	 * Makes a pool large enough, unless its size is set.
	 * @param pool the pool, before it opens a connection
	 * @param shares what is held at the same time
	 * @param environment has the settings
	 */
	static void size(HikariConfig pool, Collection<ConnectionShare> shares, Environment environment) {
		int sum = shares.stream().mapToInt(ConnectionShare::connections).sum();
		if (!Binder.get(environment).bind(CHOSEN_SIZE, Integer.class).isBound()) {
			pool.setMaximumPoolSize(Math.max(1, sum));
			log.debug("The pool has {} connections: {}", sum, describe(shares));
		}
		else if (pool.getMaximumPoolSize() < sum) {
			log.warn(
					"The pool has {} connections, but {} may be wanted at the same time: {}. A request that waits too "
							+ "long for one is answered 503. Raise or remove " + CHOSEN_SIZE,
					pool.getMaximumPoolSize(), sum, describe(shares));
		}
	}

	private static String describe(Collection<ConnectionShare> shares) {
		return shares.stream()
			.map((share) -> share.connections() + " for " + share.users())
			.sorted()
			.collect(Collectors.joining(", "));
	}

}
