package org.exactlyonce.client.kafka;

import java.util.Set;

import org.junit.jupiter.api.Assumptions;

/**
 * Where one of the three producers of the contract lawfully differs from the others, with
 * the reason. In all else they do the same.
 */
enum Difference {

	/**
	 * A mock has no settings, so it has no limits, time-outs, interceptors or metrics.
	 */
	HAS_SETTINGS("MockProducer takes no settings", Kind.MOCK),

	/** A mock answers when it is told to, and has nothing to wait for. */
	WAITS_FOR_A_SERVER("MockProducer has no server", Kind.MOCK),

	/** A mock hands back the exception and the headers that it was given. */
	PREPARES_RECORDS("MockProducer keeps the record as it is", Kind.MOCK),

	/**
	 * Kafka waits for a topic or partition to come into being, and fails with a time-out.
	 * A gateway has the topics and partitions that it has: the answer comes at once, and
	 * says that it is unknown.
	 */
	WAITS_FOR_A_TOPIC("A gateway's topics do not come into being by waiting", Kind.GATEWAY, Kind.MOCK);

	private final String reason;

	private final Set<Kind> without;

	Difference(String reason, Kind... without) {
		this.reason = reason;
		this.without = Set.of(without);
	}

	/** Whether a producer does it. */
	boolean appliesTo(Kind kind) {
		return !this.without.contains(kind);
	}

	/** Skips the rest of a test for the producers that do not do it. */
	void orSkip(Kind kind) {
		Assumptions.assumeTrue(appliesTo(kind), this.reason);
	}

	/** The producers of the contract. */
	enum Kind {

		/** The one under test. */
		GATEWAY,

		/** Kafka's own, on a real broker. */
		KAFKA,

		/** Kafka's own for tests. */
		MOCK

	}

}
