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

	/** How far the partition is relayed, or further; null if nobody knows. */
	private @Nullable Long relayedOffset;

	/** For JPA. */
	protected RelayLease() {
	}

	/** A lease that nobody holds. */
	RelayLease(int partition) {
		this.partition = partition;
	}

}
