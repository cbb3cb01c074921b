package org.exactlyonce.gateway.store;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The demands on the database.
 *
 * @param allowUnsafeDatabase whether to start on a database that can lose acknowledged
 * records; health says so then
 * @param minFreeDisk what has to be free on the disk of the embedded database for appends
 * and registrations to be taken; 0 B takes them always
 */
@ConfigurationProperties("gateway.store")
public record StoreProperties(@DefaultValue("false") boolean allowUnsafeDatabase,
		@DefaultValue("256MB") DataSize minFreeDisk) {

	/**
	 * Refuses what cannot be demanded.
	 * @param allowUnsafeDatabase whether to start on a database that can lose records
	 * @param minFreeDisk what has to be free on the embedded database's disk
	 * @throws IllegalArgumentException if a setting is out of its range
	 */
	public StoreProperties {
		if (minFreeDisk.isNegative()) {
			throw new IllegalArgumentException("gateway.store.min-free-disk must not be negative");
		}
	}

}
