package org.exactlyonce.gateway.relay;

import java.time.Instant;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;

/**
 * Who relays a partition, and until when on the database's clock. It keeps two gateways
 * from fencing one another without need; the fence is what keeps them right.
 */
@Entity
class RelayLease {

	@Id
	@Column(name = "partition_id")
	private int partition;

	private @Nullable String owner;

	private Instant heldUntil = Instant.EPOCH;

	private @Nullable Long relayedOffset;

	/** For JPA. */
	protected RelayLease() {
	}

	/** A lease that nobody holds. */
	RelayLease(int partition) {
		this.partition = partition;
	}

	int partition() {
		return this.partition;
	}

	@Nullable String owner() {
		return this.owner;
	}

	Instant heldUntil() {
		return this.heldUntil;
	}

	/** How far the partition is relayed, or further; null if that is not known. */
	@Nullable Long relayedOffset() {
		return this.relayedOffset;
	}

}
