package org.exactlyonce.gateway.store;

import java.nio.file.Path;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the data is, and whether an unsafe database may be used.
 *
 * @param dataDir the folder of the embedded database
 * @param allowUnsafeDatabase whether to start on a database that can lose acknowledged
 * records; health says so then
 */
@ConfigurationProperties("gateway")
record StoreProperties(@DefaultValue("./data") Path dataDir, @DefaultValue("false") boolean allowUnsafeDatabase) {
}
