package org.exactlyonce.gateway.proof.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A producer, and what it has committed in each partition: the index is the sequence. */
final class ModelProducer {

	private final long id;

	private final String name;

	private final String createdAt;

	private final Map<Integer, List<Stored>> committed = new TreeMap<>();

	private long epoch;

	ModelProducer(long id, String name, String createdAt) {
		this.id = id;
		this.name = name;
		this.createdAt = createdAt;
	}

	long id() {
		return this.id;
	}

	String name() {
		return this.name;
	}

	String createdAt() {
		return this.createdAt;
	}

	long epoch() {
		return this.epoch;
	}

	void raiseEpoch() {
		this.epoch++;
	}

	List<Stored> in(int partition) {
		return this.committed.getOrDefault(partition, List.of());
	}

	void add(int partition, Stored record) {
		this.committed.computeIfAbsent(partition, (any) -> new ArrayList<>()).add(record);
	}

	Map<String, Object> view() {
		List<Map<String, Object>> partitions = new ArrayList<>();
		this.committed.forEach((partition, records) -> {
			Stored last = records.get(records.size() - 1);
			partitions.add(Expected.body("topic", "records", "partition", partition, "lastSequence", last.sequence(),
					"nextSequence", last.sequence() + 1, "lastOffset", last.offset()));
		});
		return Expected.body("producerId", this.id, "producerEpoch", this.epoch, "name", this.name, "createdAt",
				this.createdAt, "partitions", partitions);
	}

}
