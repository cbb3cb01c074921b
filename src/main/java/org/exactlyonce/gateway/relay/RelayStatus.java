package org.exactlyonce.gateway.relay;

import org.apache.kafka.common.errors.SslAuthenticationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.NestedExceptionUtils;

/**
 * The visible state of one partition's relay: in the log once, and in health for as long
 * as it lasts. Changed by its relay, read by any thread.
 */
final class RelayStatus {

	private static final Logger log = LoggerFactory.getLogger(RelayStatus.class);

	private final int partition;

	private volatile @Nullable Trouble trouble;

	RelayStatus(int partition) {
		this.partition = partition;
	}

	@Nullable Trouble trouble() {
		return this.trouble;
	}

	/** It goes on once an operator has acted. */
	void stopped(String reason, String action) {
		Trouble known = this.trouble;
		Trouble now = new Trouble(true, reason, action);
		if (!now.equals(known)) {
			log.error("Partition {} is not relayed. {} {}", this.partition, reason, action);
		}
		this.trouble = now;
	}

	/** It is tried again, and passes by itself. */
	void failed(Throwable failure) {
		Throwable cause = NestedExceptionUtils.getMostSpecificCause(failure);
		Trouble known = this.trouble;
		if (known == null) {
			log.warn("Partition {} could not be relayed and is tried again: {}", this.partition, cause.toString());
		}
		log.debug("Partition {} could not be relayed", this.partition, failure);
		if (known == null || !known.stopped()) {
			this.trouble = isHandshake(failure)
					? new Trouble(false, "SSL handshake failed: " + cause.getMessage(),
							"The relay tries again by itself. If it stays, see that spring.kafka.ssl.bundle trusts who"
									+ " signed the brokers' certificates, and that these have the brokers' names.")
					: new Trouble(false, String.valueOf(cause.getMessage()),
							"The relay tries again by itself. Look at Kafka and the database if it stays.");
		}
	}

	/** The message behind it does not mention TLS. */
	private static boolean isHandshake(Throwable failure) {
		@Nullable Throwable cause = failure;
		while (cause != null && !(cause instanceof SslAuthenticationException)) {
			cause = cause.getCause();
		}
		return cause != null;
	}

	void recovered() {
		if (this.trouble != null) {
			this.trouble = null;
			log.info("Partition {} is relayed again", this.partition);
		}
	}

	/** It is another gateway's concern now. */
	void reset() {
		this.trouble = null;
	}

	/**
	 * The reason for which a partition is not relayed.
	 *
	 * @param stopped whether an operator has to act
	 * @param reason what is wrong
	 * @param action what to do about it
	 */
	record Trouble(boolean stopped, String reason, String action) {
	}

}
