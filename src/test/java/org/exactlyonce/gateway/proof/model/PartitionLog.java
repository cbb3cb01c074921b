package org.exactlyonce.gateway.proof.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import tools.jackson.databind.JsonNode;

/**
 * A partition: what the model has stored in it, behind what other tries may have left.
 */
final class PartitionLog {

	private final Place place;

	private final long known;

	private final long producersBefore;

	private final List<Stored> records = new ArrayList<>();

	/** Those that are not deleted. */
	private final Deque<Batch> batches = new ArrayDeque<>();

	private final Set<Long> producers = new HashSet<>();

	private long start;

	private long bytes;

	private PartitionLog(Place place, long start, long known, long bytes, long producersBefore) {
		this.place = place;
		this.start = start;
		this.known = known;
		this.bytes = bytes;
		this.producersBefore = producersBefore;
	}

	static PartitionLog empty(Place place) {
		return new PartitionLog(place, 0, 0, 0, 0);
	}

	/** One whose batches are deleted but for the newest, if there is any. */
	static PartitionLog used(Place place, JsonNode partition) {
		long start = partition.get("logStartOffset").longValue();
		long end = partition.get("logEndOffset").longValue();
		PartitionLog log = new PartitionLog(place, start, end, partition.get("bytes").longValue(),
				partition.get("producers").longValue());
		if (end > start) {
			log.batches.add(new Batch(end, log.bytes));
		}
		return log;
	}

	Place place() {
		return this.place;
	}

	long start() {
		return this.start;
	}

	/** From here on the model knows the records. */
	long known() {
		return Math.max(this.known, this.start);
	}

	long end() {
		return this.known + this.records.size();
	}

	long bytes() {
		return this.bytes;
	}

	boolean isDeleted(Stored record) {
		return record.offset() < this.start;
	}

	/**
	 * Adds a batch.
	 * @param batch its records
	 * @param bytes what the partition holds with it
	 */
	void add(List<Stored> batch, long bytes) {
		this.records.addAll(batch);
		this.batches.add(new Batch(end(), bytes - this.bytes));
		this.bytes = bytes;
		if (batch.get(0).producerId() != null) {
			this.producers.add(batch.get(0).producerId());
		}
	}

	/** Whole batches from the start, and never the newest. */
	void expire(ModelTopic.Retention retention) {
		while (this.batches.size() > 1 && retention.expires(this.bytes, this.batches.peek().bytes())) {
			Batch first = this.batches.remove();
			this.start = first.end();
			this.bytes -= first.bytes();
		}
	}

	List<Stored> page(long offset, int limit) {
		int from = (int) Math.min(offset - this.known, this.records.size());
		return this.records.subList(from, Math.min(this.records.size(), from + limit));
	}

	Map<String, Object> view() {
		return Expected.body("topic", this.place.topic(), "partition", this.place.number(), "logStartOffset",
				this.start, "logEndOffset", end(), "producers", this.producersBefore + this.producers.size(), "bytes",
				this.bytes);
	}

	/**
	 * A batch.
	 *
	 * @param end the offset behind it
	 * @param bytes what it takes
	 */
	private record Batch(long end, long bytes) {
	}

}
