package org.exactlyonce.gateway.log;

import java.nio.file.Path;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The log's place.
 *
 * @param dataDir the folder of the embedded database; not used with PostgreSQL
 */
@ConfigurationProperties("gateway")
record LogProperties(@DefaultValue("./data") Path dataDir) {
}
