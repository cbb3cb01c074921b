package org.exactlyonce.client.internals;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.exactlyonce.client.Receipt;

/**
 * What an answer says of each record of a batch that is stored: where the first is, or,
 * if records have ids, where each of them is.
 */
final class Receipts {

	private Receipts() {
	}

	/**
	 * Whether an answer says of each record of a batch where it is.
	 * @param answer the answer
	 * @param batch the batch
	 * @return false if it is another request's, or of a request without ids
	 */
	static boolean areIn(Answer answer, Batch batch) {
		return batch.place.topic().equals(answer.text("topic"))
				&& answer.body().get("records") instanceof List<?> places && places.size() == batch.count()
				&& places.stream().allMatch(Receipts::isPlace);
	}

	private static boolean isPlace(Object place) {
		return place instanceof Map<?, ?> members && members.get("partition") instanceof Long
				&& members.get("duplicate") instanceof Boolean duplicate
				// Of a duplicate that retention has deleted it is null.
				&& (members.get("offset") instanceof Long || duplicate);
	}

	/**
	 * The receipt of a record.
	 * @param batch its batch, which is stored
	 * @param index its place in that
	 * @param appendedAt when the answer says that it was stored
	 * @return the receipt
	 */
	static Receipt of(Batch batch, int index, Instant appendedAt) {
		Answer answer = batch.answer;
		if (answer.body().get("records") instanceof List<?> places) {
			Map<?, ?> place = (Map<?, ?>) places.get(index);
			boolean duplicate = (Boolean) place.get("duplicate");
			// The answer has the time of the last record alone.
			return new Receipt(batch.place.topic(), ((Long) place.get("partition")).intValue(),
					(place.get("offset") instanceof Long offset) ? offset : -1, -1, duplicate,
					(duplicate && batch.count() > 1) ? null : appendedAt);
		}
		long first = answer.number("baseOffset");
		return new Receipt(batch.place.topic(), batch.place.partition(), (first < 0) ? -1 : first + index,
				(batch.base == Batch.NONE) ? -1 : batch.base + index, answer.isDuplicate(), appendedAt);
	}

}
