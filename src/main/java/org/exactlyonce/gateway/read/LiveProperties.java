package org.exactlyonce.gateway.read;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Bounds of live reads.
 *
 * @param maxReaders how many event streams and long polls there are at a time
 * @param maxBytes how much of the log all event streams together hold in memory; 0 stands
 * for a sixteenth of the heap
 * @param readerTimeout how long an event stream may take for what it was sent last, which
 * is 256 KiB or one larger record
 */
@ConfigurationProperties("gateway.live")
record LiveProperties(@DefaultValue("2000") int maxReaders, @DefaultValue("0B") DataSize maxBytes,
		@DefaultValue("30s") Duration readerTimeout) {

	LiveProperties {
		if (maxReaders < 0) {
			throw new IllegalArgumentException("gateway.live.max-readers must not be negative");
		}
		if (maxBytes.isNegative()) {
			throw new IllegalArgumentException("gateway.live.max-bytes must not be negative");
		}
		if (readerTimeout.toMillis() < 1) {
			throw new IllegalArgumentException("gateway.live.reader-timeout must be at least 1ms");
		}
		if (maxBytes.toBytes() == 0) {
			maxBytes = DataSize.ofBytes(Runtime.getRuntime().maxMemory() / 16);
		}
	}

}
