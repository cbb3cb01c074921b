package org.exactlyonce.gateway.store;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Reports whether a restart is needed, as the embedded database can store nothing more. A
 * PostgreSQL that is away comes back by itself.
 */
@Component("storeFileHealthContributor")
class StoreLiveness implements HealthIndicator {

	private final Store store;

	StoreLiveness(Store store) {
		this.store = store;
	}

	@Override
	public Health health() {
		return (this.store.beyondRepair() == null ? Health.up() : Health.down()).build();
	}

}
