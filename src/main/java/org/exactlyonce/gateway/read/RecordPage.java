package org.exactlyonce.gateway.read;

import java.util.AbstractList;
import java.util.List;

import io.swagger.v3.oas.annotations.media.Schema;
import org.exactlyonce.gateway.log.LogReader;
import org.exactlyonce.gateway.log.LogReader.StoredRecord;
import org.exactlyonce.gateway.topic.TopicPartition;

/**
 * A page of the log as callers see it.
 */
record RecordPage(@Schema(example = "records", requiredMode = Schema.RequiredMode.REQUIRED) String topic,
		@Schema(example = "0", requiredMode = Schema.RequiredMode.REQUIRED) int partition,
		@Schema(requiredMode = Schema.RequiredMode.REQUIRED) List<RecordItem> records,
		@Schema(description = "The offset of the next page", example = "910",
				requiredMode = Schema.RequiredMode.REQUIRED) long nextOffset,
		@Schema(description = "The offset that the partition's next record will get", example = "910",
				requiredMode = Schema.RequiredMode.REQUIRED) long logEndOffset) {

	static RecordPage of(TopicPartition partition, LogReader.Page page) {
		List<StoredRecord> records = page.records();
		return new RecordPage(partition.topic(), partition.number(), items(partition.topic(), records),
				page.nextOffset(), page.logEndOffset());
	}

	/** Makes each item when it is written, so that no two are in memory. */
	private static List<RecordItem> items(String topic, List<StoredRecord> records) {
		return new AbstractList<>() {
			@Override
			public RecordItem get(int index) {
				return RecordItem.of(topic, records.get(index));
			}

			@Override
			public int size() {
				return records.size();
			}
		};
	}

}
