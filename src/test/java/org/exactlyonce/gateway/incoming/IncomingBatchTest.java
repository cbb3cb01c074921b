package org.exactlyonce.gateway.incoming;

import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.record.TestRecords;
import org.exactlyonce.gateway.support.Problems;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class IncomingBatchTest {

	private final LogRecord record = TestRecords.json("12345");

	private static PartitionBatch batchOf(int bytes, String requestId) {
		return new PartitionBatch(10, bytes, requestId);
	}

	private void add(IncomingBatch batch) {
		batch.add(this.record, null, "id");
	}

	@Test
	void boundsValuesAlone() {
		IncomingBatch batch = batchOf(10, "1234");
		add(batch);
		add(batch);
		assertThat(Problems.thrownBy(() -> add(batch)).status()).isEqualTo(413);
	}

	/** It is stored with each of them, whatever the body's size. */
	@Test
	void boundsTheKeyOfARequestOnceForEachRecord() {
		IncomingBatch batch = batchOf(25, "0123456789");
		add(batch);
		add(batch);
		Problems problem = Problems.thrownBy(() -> add(batch));
		assertThat(problem.status()).isEqualTo(413);
		assertThat(problem.detail()).contains("3 records", "10 bytes", "25 bytes");
	}

	@Test
	void countsWhatRecordsTakeBesideTheirBytesAsTheyCome() {
		IncomingBatch spread = new SpreadBatch(3, 100, null, false);
		for (int i = 0; i < 3; i++) {
			add(spread);
			long each = spread.uncountedBytes();
			assertThat(each).as("entry, record, value, their arrays").isBetween(110L, 250L);
		}
		add(spread);
		assertThat(spread.uncountedBytes()).as("not kept").isZero();
		spread.add(TestRecords.json("1").withId("a"), null, "id");
		assertThat(spread.uncountedBytes()).as("its id").isPositive();
		IncomingBatch encoded = batchOf(100, null);
		add(encoded);
		assertThat(encoded.uncountedBytes()).isZero();
	}

}
