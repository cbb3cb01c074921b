package org.exactlyonce.gateway.bounds;

import java.time.Duration;

import org.springframework.util.unit.DataSize;

/** Limits for tests of other rooms. */
public final class TestLimits {

	private TestLimits() {
	}

	/** Readers share some bytes, and wait for none. */
	public static ReadLimits ofBytes(long bytes) {
		return new ReadLimits(new ReadProperties(DataSize.ofMegabytes(8), 2, DataSize.ofBytes(bytes), Duration.ZERO));
	}

}
