package org.exactlyonce.gateway.read;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.swagger.v3.oas.annotations.media.Schema;
import org.exactlyonce.gateway.log.LogReader;
import org.exactlyonce.gateway.log.LogReader.StoredRecord;
import org.exactlyonce.gateway.log.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * A page of the log as callers see it.
 */
record RecordPage(@Schema(example = "0", requiredMode = Schema.RequiredMode.REQUIRED) int partition,
		@Schema(requiredMode = Schema.RequiredMode.REQUIRED) List<Item> records,
		@Schema(description = "The offset of the next page", example = "910",
				requiredMode = Schema.RequiredMode.REQUIRED) long nextOffset,
		@Schema(description = "The offset that the partition's next record will get", example = "910",
				requiredMode = Schema.RequiredMode.REQUIRED) long logEndOffset) {

	static RecordPage of(int partition, long offset, LogReader.Page page) {
		List<StoredRecord> records = page.records();
		long next = records.isEmpty() ? offset : records.get(records.size() - 1).offset() + 1;
		return new RecordPage(partition, items(records), next, page.logEndOffset());
	}

	/** Makes each item when it is written, so that no two are in memory. */
	private static List<Item> items(List<StoredRecord> records) {
		return new AbstractList<>() {
			@Override
			public Item get(int index) {
				return Item.of(records.get(index));
			}

			@Override
			public int size() {
				return records.size();
			}
		};
	}

	/**
	 * One record: JSON has a value, bytes have valueBase64 and contentType.
	 */
	@Schema(name = "StoredRecord")
	record Item(@Schema(example = "908", requiredMode = Schema.RequiredMode.REQUIRED) long offset,
			@Schema(description = "The given time, else the time of the append", format = "date-time",
					requiredMode = Schema.RequiredMode.REQUIRED) String timestamp,
			@Schema(example = "customer-7", nullable = true,
					requiredMode = Schema.RequiredMode.REQUIRED) @Nullable String key,
			@Schema(description = "Any JSON value, as it was sent", implementation = Object.class,
					example = "{\"total\": 12.5}") @JsonRawValue @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String value,
			@Schema(description = "Bytes, instead of value") @JsonInclude(JsonInclude.Include.NON_NULL) byte @Nullable [] valueBase64,
			@Schema(description = "The media type of the bytes") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String contentType,
			@Schema(example = "{\"trace\": \"abc\"}",
					requiredMode = Schema.RequiredMode.REQUIRED) Map<String, String> headers,
			@Schema(example = "1", nullable = true,
					requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Long producerId,
			@Schema(example = "0", nullable = true,
					requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Long producerEpoch,
			@Schema(example = "42", nullable = true,
					requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Long sequence,
			@Schema(format = "date-time", requiredMode = Schema.RequiredMode.REQUIRED) String appendedAt) {

		static Item of(StoredRecord stored) {
			LogRecord record = stored.record();
			Long given = record.timestampMillis();
			boolean json = record.contentType() == null;
			// written once for both: it took a third of a page's time
			String appendedAt = stored.appendedAt().toString();
			return new Item(stored.offset(), (given != null) ? Instant.ofEpochMilli(given).toString() : appendedAt,
					record.key(), json ? new String(record.value(), StandardCharsets.UTF_8) : null,
					json ? null : record.value(), record.contentType(), record.headers(), stored.producerId(),
					stored.producerEpoch(), stored.sequence(), appendedAt);
		}

	}

}
