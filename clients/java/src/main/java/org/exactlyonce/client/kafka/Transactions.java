package org.exactlyonce.client.kafka;

import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * A gateway has none: what a producer throws instead.
 */
final class Transactions {

	private Transactions() {
	}

	/**
	 * What a method of transactions throws: as Kafka's, by whether they were asked for.
	 * @param config the settings
	 * @return the exception
	 */
	static RuntimeException refusal(GatewayProducerConfig config) {
		return (config.isTransactional()) ? new UnsupportedVersionException("A gateway has no transactions.")
				: new IllegalStateException("Cannot use transactional methods without enabling transactions by "
						+ "setting the transactional.id configuration property");
	}

	/**
	 * Refuses to send outside a transaction.
	 * @param config the settings
	 * @throws IllegalStateException if they have a transactional.id
	 */
	static void throwIfConfigured(GatewayProducerConfig config) {
		if (config.isTransactional()) {
			throw new IllegalStateException("Cannot send before completing a call to initTransactions, and a gateway "
					+ "has no transactions: leave transactional.id out.");
		}
	}

}
