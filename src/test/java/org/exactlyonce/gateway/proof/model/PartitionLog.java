package org.exactlyonce.gateway.proof.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import tools.jackson.databind.JsonNode;

/** A partition from where it ended when the try began: earlier tries left the rest. */
final class PartitionLog {

	private final long start;

	private final long producersAtStart;

	private final List<Stored> records = new ArrayList<>();

	PartitionLog(JsonNode partition) {
		this.start = partition.get("logEndOffset").longValue();
		this.producersAtStart = partition.get("producers").longValue();
	}

	long start() {
		return this.start;
	}

	long end() {
		return this.start + this.records.size();
	}

	void add(Stored record) {
		this.records.add(record);
	}

	List<Stored> page(long offset, int limit) {
		int from = (int) Math.min(offset - this.start, this.records.size());
		return this.records.subList(from, Math.min(this.records.size(), from + limit));
	}

	Map<String, Object> view(int partition) {
		long producers = this.records.stream()
			.filter((record) -> record.producerId() != null)
			.map(Stored::producerId)
			.distinct()
			.count();
		return Expected.body("topic", "records", "partition", partition, "logStartOffset", 0, "logEndOffset", end(),
				"producers", this.producersAtStart + producers);
	}

}
