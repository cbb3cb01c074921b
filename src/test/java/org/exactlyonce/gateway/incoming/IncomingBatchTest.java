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

}
