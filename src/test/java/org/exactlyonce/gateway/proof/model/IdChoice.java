package org.exactlyonce.gateway.proof.model;

import java.util.ArrayList;
import java.util.List;

/**
 * What chance decides about an append with ids.
 *
 * @param model where it is
 * @param choice the numbers
 */
record IdChoice(Model model, Choice choice) {

	/** Topics that know an id of a record. */
	static List<ModelTopic> withIds(Model model) {
		return model.topics().byName().filter((topic) -> !topic.ids().ofRecords().isEmpty()).toList();
	}

	static List<IdAppend> appends(Model model) {
		return model.topics().byName().flatMap((topic) -> topic.ids().appends().stream()).toList();
	}

	static List<IdAppend> keyed(Model model) {
		return model.topics().byName().flatMap((topic) -> topic.ids().keyed().stream()).toList();
	}

	/** Ids whose records are deleted, which are known all the same. */
	static List<IdPlace> ofDeletedRecords(Model model) {
		return model.topics()
			.byName()
			.flatMap((topic) -> topic.ids()
				.all()
				.stream()
				.filter((place) -> place.offset() < topic.logs().get(place.partition()).start()))
			.toList();
	}

	ModelTopic topic() {
		return this.model.topics().find(this.choice.partition(this.model).topic()).orElseThrow();
	}

	ModelTopic topicWithIds() {
		return this.choice.one(withIds(this.model));
	}

	IdAppend keyed() {
		return this.choice.one(keyed(this.model));
	}

	/** To one of the partitions, or to the topic with a partition for each. */
	IdAppend to(ModelTopic topic, List<IdRecord> records) {
		return to(topic.name(), topic.logs().size(), this.choice.count() % 2 == 0, records);
	}

	/** The same request on a path of the other kind. */
	IdAppend onTheOtherPath(IdAppend append) {
		int partitions = this.model.topics().find(append.topic()).orElseThrow().logs().size();
		return to(append.topic(), partitions, append.partition() == null, append.records()).under(append.key());
	}

	private IdAppend to(String topic, int partitions, boolean one, List<IdRecord> records) {
		if (one) {
			return new IdAppend(topic, this.choice.partition() % partitions, null,
					records.stream().map((record) -> record.in(null)).toList());
		}
		List<IdRecord> placed = new ArrayList<>();
		for (IdRecord record : records) {
			placed.add(record.in((this.choice.partition() + placed.size()) % partitions));
		}
		return new IdAppend(topic, null, null, placed);
	}

	/** New records, and perhaps the second of them without an id. */
	List<IdRecord> fresh() {
		List<IdRecord> records = new ArrayList<>();
		for (Payload payload : this.choice.fresh()) {
			boolean without = records.size() == 1 && this.choice.place() % 3 == 0;
			records.add(new IdRecord(without ? null : this.model.gateway().newRecordId(), null, payload));
		}
		return records;
	}

	List<IdRecord> freshWithoutIds() {
		return this.choice.fresh().stream().map((payload) -> new IdRecord(null, null, payload)).toList();
	}

	/** Some that are known, one after the other, whenever they were stored. */
	List<IdRecord> known() {
		List<IdPlace> known = topicWithIds().ids().ofRecords();
		int from = this.choice.place() % known.size();
		return new ArrayList<>(known.subList(from, Math.min(known.size(), from + 1 + this.choice.count()))
			.stream()
			.map(IdPlace::record)
			.toList());
	}

}
