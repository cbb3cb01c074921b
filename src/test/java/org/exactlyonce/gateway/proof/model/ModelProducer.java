package org.exactlyonce.gateway.proof.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A producer, and what it has committed in each partition: the index is the sequence. */
final class ModelProducer {

	private final long id;

	private final String name;

	private final String createdAt;

	private final Map<Place, List<Stored>> committed = new HashMap<>();

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

	List<Stored> in(Place place) {
		return this.committed.getOrDefault(place, List.of());
	}

	void add(Stored record) {
		this.committed.computeIfAbsent(record.place(), (any) -> new ArrayList<>()).add(record);
	}

	/** Its sequences there begin at 0 again, if ever. */
	void leave(Place place) {
		this.committed.remove(place);
	}

	/**
	 * The producer as it reads.
	 * @param logs all partitions, in order
	 */
	Map<String, Object> view(List<PartitionLog> logs) {
		List<Map<String, Object>> partitions = new ArrayList<>();
		for (PartitionLog log : logs) {
			List<Stored> records = in(log.place());
			if (!records.isEmpty()) {
				Stored last = records.get(records.size() - 1);
				partitions.add(Expected.body("topic", log.place().topic(), "partition", log.place().number(),
						"lastSequence", last.sequence(), "nextSequence", last.sequence() + 1, "lastOffset",
						log.isDeleted(last) ? null : last.offset()));
			}
		}
		return Expected.body("producerId", this.id, "producerEpoch", this.epoch, "name", this.name, "createdAt",
				this.createdAt, "partitions", partitions);
	}

}
