package org.exactlyonce.gateway.read;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Bounds of live reads.
 *
 * @param maxLiveReaders how many event streams and long polls there are at a time
 * @param maxLiveBytes how much of the log all event streams together hold in memory; 0
 * stands for a sixteenth of the heap
 * @param readerTimeout how long an event stream may take for what it was sent last, which
 * is 256 KiB or one larger record
 */
@ConfigurationProperties("gateway")
record ReadProperties(@DefaultValue("2000") int maxLiveReaders, @DefaultValue("0B") DataSize maxLiveBytes,
		@DefaultValue("30s") Duration readerTimeout) {

	ReadProperties {
		if (maxLiveReaders < 0) {
			throw new IllegalArgumentException("gateway.max-live-readers must not be negative");
		}
		if (maxLiveBytes.isNegative()) {
			throw new IllegalArgumentException("gateway.max-live-bytes must not be negative");
		}
		if (readerTimeout.toMillis() < 1) {
			throw new IllegalArgumentException("gateway.reader-timeout must be at least 1ms");
		}
		if (maxLiveBytes.toBytes() == 0) {
			maxLiveBytes = DataSize.ofBytes(Runtime.getRuntime().maxMemory() / 16);
		}
	}

}
