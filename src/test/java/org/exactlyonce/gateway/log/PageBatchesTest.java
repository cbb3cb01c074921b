package org.exactlyonce.gateway.log;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

import org.exactlyonce.gateway.bounds.TestLimits;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * How many batches are asked for at a time: memory is taken for all of them. Each has one
 * record, and 1000 bytes.
 */
class PageBatchesTest {

	private static final int BYTES = 1000;

	private final OffsetIndex index = mock(OffsetIndex.class);

	private final List<Integer> asked = new ArrayList<>();

	@BeforeEach
	void answer() {
		given(this.index.batches(anyLong(), anyLong(), anyInt())).will((call) -> {
			long from = call.getArgument(0);
			long end = call.getArgument(1);
			int rows = call.getArgument(2);
			this.asked.add(rows);
			return LongStream.range(from, Math.min(from + rows, end))
				.mapToObj((offset) -> new PageBatch(offset, 1, null, null, null, Instant.EPOCH, BYTES, new byte[BYTES]))
				.toList();
		});
	}

	private boolean read(long maxBytes, long end) {
		return new PageBatches(this.index, 10_000, maxBytes).read(0, end, TestLimits.ofBytes(1 << 20).memory());
	}

	@Test
	void asksForNoMoreThanTheBytesLeft() {
		assertThat(read(100 * BYTES, 10_000)).isTrue();
		assertThat(this.asked).containsExactly(16, 85);
	}

	@Test
	void asksForNoMoreThanTheOffsetsLeft() {
		assertThat(read(200 * BYTES, 20)).isTrue();
		assertThat(this.asked).containsExactly(16, 4);
	}

	@Test
	void asksForOneThatIsLargerThanThePage() {
		assertThat(read(BYTES / 10, 10_000)).isTrue();
		assertThat(this.asked).containsExactly(16);
	}

}
