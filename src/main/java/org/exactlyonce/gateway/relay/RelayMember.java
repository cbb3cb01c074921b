package org.exactlyonce.gateway.relay;

import java.time.Instant;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/**
 * A gateway that relays, alive until some time on the database's clock. Their number
 * divides the leases.
 */
@Entity
class RelayMember {

	@Id
	private String owner = "";

	/** Empty for version 0.1. */
	private String topic = "";

	private Instant aliveUntil = Instant.EPOCH;

	/** For JPA, which maps the row; {@link LeaseRepository} writes it. */
	protected RelayMember() {
	}

}
