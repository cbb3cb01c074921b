package org.exactlyonce.gateway.log;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BatchSizeTest {

	@Test
	void chunksAreBoundedInBytesAndHoldOneBatchAtLeast() {
		List<BatchSize> sizes = List.of(size(0, 40), size(1, 60), size(2, 1), size(3, 500), size(4, 100), size(5, 1));
		assertThat(BatchSize.chunks(sizes, 100)).containsExactly(sizes.subList(0, 2), sizes.subList(2, 3),
				sizes.subList(3, 4), sizes.subList(4, 5), sizes.subList(5, 6));
		assertThat(BatchSize.chunks(sizes, 1)).hasSize(6);
		assertThat(BatchSize.chunks(sizes, 1000)).containsExactly(sizes);
		assertThat(BatchSize.chunks(List.of(), 100)).isEmpty();
	}

	private static BatchSize size(long base, long bytes) {
		return new BatchSize(base, 1, bytes);
	}

}
