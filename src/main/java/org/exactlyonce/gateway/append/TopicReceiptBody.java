package org.exactlyonce.gateway.append;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import io.swagger.v3.oas.annotations.media.Schema;
import org.exactlyonce.gateway.commit.Receipt;
import org.exactlyonce.gateway.ids.RecordPlace;
import org.jspecify.annotations.Nullable;

/**
 * The answer to records that were appended to a topic as callers see it.
 */
@Schema(name = "TopicReceipt")
record TopicReceiptBody(
		@Schema(description = "The topic", example = "records",
				requiredMode = Schema.RequiredMode.REQUIRED) String topic,
		@Schema(description = "Where each record of the request is, in its order",
				requiredMode = Schema.RequiredMode.REQUIRED) List<Place> records,
		@Schema(description = "Whether all records were committed before", example = "false",
				requiredMode = Schema.RequiredMode.REQUIRED) boolean duplicate,
		@Schema(description = "When the last of them was appended", nullable = true,
				requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Instant appendedAt) {

	static TopicReceiptBody ofPlaces(String topic, List<RecordPlace> places) {
		return new TopicReceiptBody(topic,
				places.stream().map((place) -> new Place(place.number(), place.offset(), place.duplicate())).toList(),
				places.stream().allMatch(RecordPlace::duplicate), last(places.stream().map(RecordPlace::appendedAt)));
	}

	static TopicReceiptBody of(String topic, List<Place> records, List<Receipt> receipts) {
		return new TopicReceiptBody(topic, records, receipts.stream().allMatch(Receipt::duplicate),
				last(receipts.stream().map(Receipt::appendedAt)));
	}

	private static @Nullable Instant last(Stream<@Nullable Instant> times) {
		return times.filter(Objects::nonNull).max(Instant::compareTo).orElse(null);
	}

	/**
	 * Where a record is.
	 *
	 * @param partition the partition's number
	 * @param offset its offset there; null if it is deleted
	 * @param duplicate whether it was committed before
	 */
	@Schema(name = "TopicRecordPlace")
	record Place(@Schema(example = "3", requiredMode = Schema.RequiredMode.REQUIRED) int partition,
			@Schema(example = "17", nullable = true, requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Long offset,
			@Schema(description = "Whether it was committed before", example = "false",
					requiredMode = Schema.RequiredMode.REQUIRED) boolean duplicate) {
	}

}
