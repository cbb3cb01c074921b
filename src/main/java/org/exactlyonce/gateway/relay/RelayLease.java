package org.exactlyonce.gateway.relay;

import java.io.Serializable;
import java.time.Instant;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import org.jspecify.annotations.Nullable;

/**
 * The gateway that relays a partition to a topic, and its term on the database's clock.
 * It keeps two gateways from fencing one another without need; the fence is what keeps
 * them right.
 */
@Entity
class RelayLease {

	@EmbeddedId
	private Key key = new Key("", 0);

	private @Nullable String owner;

	private Instant heldUntil = Instant.EPOCH;

	/** How far the partition is relayed, or further; null if it is not known. */
	private @Nullable Long relayedOffset;

	/** For JPA, which maps the row; {@link LeaseRepository} writes it. */
	protected RelayLease() {
	}

	/**
	 * The subject of a lease.
	 *
	 * @param topic the destination; empty where version 0.1 made the row
	 * @param partition the partition
	 */
	@Embeddable
	record Key(String topic, @Column(name = "partition_id") int partition) implements Serializable {
	}

}
