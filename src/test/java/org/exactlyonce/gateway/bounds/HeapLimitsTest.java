package org.exactlyonce.gateway.bounds;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

class HeapLimitsTest {

	@ParameterizedTest
	@CsvSource({ "256, 1, 16777216", "160, 1, 8388608", "96, 1, 2796202", "64, 1, 1048576", "256, 4, 4194304",
			"4096, 1, 67108864" })
	void boundsAGroupByTheHeap(int heapMegabytes, int lanes, long bytes) {
		assertThat(HeapLimits.atMost(DataSize.ofMegabytes(64), lanes, (long) heapMegabytes << 20).toBytes())
			.isEqualTo(bytes);
	}

}
