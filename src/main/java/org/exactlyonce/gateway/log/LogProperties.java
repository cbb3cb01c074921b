package org.exactlyonce.gateway.log;

import java.nio.file.Path;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The log's place and shape.
 *
 * @param dataDir the folder of the embedded database; not used with PostgreSQL
 * @param partitions the number of partitions, 1 to 10 000; may grow, never shrink
 */
@ConfigurationProperties("gateway")
public record LogProperties(@DefaultValue("./data") Path dataDir, @DefaultValue("8") int partitions) {

	/**
	 * Refuses settings that cannot work.
	 * @param dataDir the embedded database's folder
	 * @param partitions the number of partitions
	 * @throws IllegalArgumentException if a setting is out of its range
	 */
	public LogProperties {
		if (partitions < 1 || partitions > 10_000) {
			throw new IllegalArgumentException("gateway.partitions must be 1 to 10000");
		}
	}

}
