package org.exactlyonce.gateway.store;

import java.nio.file.Path;
import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Where the data is, and whether an unsafe database may be used.
 *
 * @param dataDir the folder of the embedded database
 * @param allowUnsafeDatabase whether to start on a database that can lose acknowledged
 * records; health says so then
 * @param minFreeDisk what has to be free on the disk of the embedded database for appends
 * and registrations to be taken; 0 B takes them always
 * @param appendTimeout how long an append may take
 */
@ConfigurationProperties("gateway")
record StoreProperties(@DefaultValue("./data") Path dataDir, @DefaultValue("false") boolean allowUnsafeDatabase,
		@DefaultValue("32MB") DataSize minFreeDisk, @DefaultValue("10s") Duration appendTimeout) {

	StoreProperties {
		if (minFreeDisk.isNegative()) {
			throw new IllegalArgumentException("gateway.min-free-disk must not be negative");
		}
	}

}
