package org.exactlyonce.benchmark;

import java.util.List;

import tools.jackson.databind.JsonNode;

/**
 * An append as the naive design takes it.
 *
 * @param producerId who sends
 * @param producerEpoch not used
 * @param baseSequence the first record's sequence
 * @param records the batch
 */
record NaiveAppend(long producerId, long producerEpoch, long baseSequence, List<Item> records) {

	NaiveSequence.Key key(int partition) {
		return new NaiveSequence.Key(this.producerId, partition);
	}

	long lastSequence() {
		return this.baseSequence + this.records.size() - 1;
	}

	/**
	 * One record.
	 *
	 * @param value any JSON
	 */
	record Item(JsonNode value) {
	}

	/** The answer, in the gateway's form. */
	record Receipt(int partition, long producerId, long producerEpoch, long baseSequence, long lastSequence,
			long baseOffset, long lastOffset, long nextSequence, boolean duplicate, java.time.Instant appendedAt) {
	}

}
