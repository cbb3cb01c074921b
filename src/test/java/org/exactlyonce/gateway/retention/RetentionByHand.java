package org.exactlyonce.gateway.retention;

import java.time.Clock;

import org.exactlyonce.gateway.store.Transactions;

import org.springframework.context.ApplicationContext;

/**
 * Takes retention from a gateway's own thread: what is not kept is deleted when a test
 * says so, and at no other time.
 */
public final class RetentionByHand {

	private final UncountedBytes uncountedBytes;

	private final ExpiredBatches expiredBatches;

	private final DeletedTopics deletedTopics;

	private final ForgottenIds forgottenIds;

	/**
	 * Stops the gateway's own, once its first look is done.
	 * @param gateway a gateway that has just started
	 */
	public RetentionByHand(ApplicationContext gateway) {
		gateway.getBean(Retention.class).stop();
		Transactions transactions = gateway.getBean(Transactions.class);
		this.uncountedBytes = new UncountedBytes(transactions);
		Clock clock = gateway.getBean(Clock.class);
		this.expiredBatches = RetentionInternals.expiredBatches(transactions, clock);
		this.deletedTopics = new DeletedTopics(transactions);
		this.forgottenIds = new ForgottenIds(transactions, clock,
				gateway.getBean(RetentionProperties.class).idRetention());
	}

	/** Looks once, at everything. */
	public void look() {
		this.uncountedBytes.count(() -> true);
		this.expiredBatches.delete(() -> true);
		this.deletedTopics.purge(() -> true);
		this.forgottenIds.forget(() -> true);
	}

}
