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

	private final RelayedPartition partition;

	private final RelayNews news;

	private boolean logged;

	private volatile @Nullable Trouble trouble;

	RelayStatus(RelayedPartition partition, RelayNews news) {
		this.partition = partition;
		this.news = news;
	}

	@Nullable Trouble trouble() {
		return this.trouble;
	}

	boolean isStopped() {
		Trouble known = this.trouble;
		return known != null && known.stopped();
	}

	/** It goes on once an operator has acted. */
	void stopped(String reason, String action) {
		Trouble known = this.trouble;
		Trouble now = new Trouble(true, reason, action);
		if (!now.equals(known) && isNew(now)) {
			log.error("Partition {} is not relayed. {} {}", this.partition, reason, action);
		}
		this.trouble = now;
	}

	/** A record that Kafka does not take. */
	void stopped(PoisonException poisoned) {
		stopped("Kafka does not take the record at offset " + poisoned.offset() + ": " + poisoned.getMessage(),
				"Make Kafka take it, as with a larger max.message.bytes of the topic. The relay tries it again by "
						+ "itself; all behind it waits, as nothing is left out.");
	}

	/** What has happened to a partition before is logged for the next in a while. */
	private boolean isNew(Trouble now) {
		boolean isNew = this.news.isNew(now);
		this.logged |= isNew;
		return isNew;
	}

	/** It is tried again, and passes by itself. */
	void failed(Throwable failure) {
		Throwable cause = NestedExceptionUtils.getMostSpecificCause(failure);
		Trouble known = this.trouble;
		log.debug("Partition {} could not be relayed", this.partition, failure);
		if (known != null && known.stopped()) {
			return;
		}
		Trouble now = isHandshake(failure)
				? new Trouble(false, "SSL handshake failed: " + cause.getMessage(),
						"The relay tries again by itself. If it stays, see that spring.kafka.ssl.bundle trusts who"
								+ " signed the brokers' certificates, and that these have the brokers' names.")
				: new Trouble(false, String.valueOf(cause.getMessage()),
						"The relay tries again by itself. Look at Kafka and the database if it stays.");
		if (known == null && isNew(now)) {
			log.warn("Partition {} could not be relayed and is tried again: {}", this.partition, cause.toString());
		}
		this.trouble = now;
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
			if (this.logged) {
				log.info("Partition {} is relayed again", this.partition);
			}
			this.logged = false;
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
