package org.exactlyonce.gateway.bounds;

import java.time.Duration;

import org.springframework.util.unit.DataSize;

/** Limits for tests of other rooms. */
public final class TestLimits {

	private TestLimits() {
	}

	/** Readers share some bytes, and wait for none. */
	public static ReadLimits ofBytes(long bytes) {
		return ofBytes(bytes, DataSize.ofMegabytes(8).toBytes());
	}

	/** The same, of which a page takes so many. */
	public static ReadLimits ofBytes(long bytes, long pageBytes) {
		return new ReadLimits(
				new ReadProperties(DataSize.ofBytes(pageBytes), 2, DataSize.ofBytes(bytes), Duration.ZERO));
	}

}
