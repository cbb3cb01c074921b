package org.exactlyonce.gateway.proof.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** The appends with ids that senders make, right and wrong. */
enum IdKind {

	/** New ids. */
	NEW_IDS(10, (model) -> 1, (chosen) -> chosen.to(chosen.topic(), chosen.fresh())),

	/** A request as it was sent first, of any age, whatever became of its records. */
	SAME_REQUEST(5, (model) -> IdChoice.appends(model).size(),
			(chosen) -> chosen.choice().one(IdChoice.appends(chosen.model()))),

	/** Known ids, batched otherwise, and perhaps to other partitions. */
	OTHER_BATCH_OF_IDS(6, IdKind::topicsWithIds, (chosen) -> {
		List<IdRecord> records = chosen.known();
		Collections.rotate(records, chosen.choice().place());
		return chosen.to(chosen.topicWithIds(), records);
	}),

	/** Known ids and new ones, some of either twice. */
	KNOWN_AND_NEW_IDS(6, IdKind::topicsWithIds, (chosen) -> mixed(chosen, false)),

	/** The same with another payload here or there. */
	OTHER_PAYLOAD_UNDER_ID(6, IdKind::topicsWithIds, (chosen) -> mixed(chosen, true)),

	/** An id whose record retention has deleted, with what else is in its request. */
	ID_OF_A_DELETED_RECORD(24, (model) -> IdChoice.ofDeletedRecords(model).size(), (chosen) -> {
		IdPlace deleted = chosen.choice().one(IdChoice.ofDeletedRecords(chosen.model()));
		if (deleted.by().key() != null || chosen.choice().count() % 3 == 0) {
			return deleted.by();
		}
		List<IdRecord> records = new ArrayList<>(List.of(deleted.record()));
		if (chosen.choice().count() % 3 == 1) {
			records.addAll(chosen.fresh());
		}
		return chosen.to(chosen.model().topics().find(deleted.by().topic()).orElseThrow(), records);
	}),

	/** Of a topic that was deleted, which may be there again under its name. */
	IDS_OF_A_DELETED_TOPIC(10, (model) -> model.topics().idGhosts().size(),
			(chosen) -> chosen.choice().one(chosen.model().topics().idGhosts())),

	/** A request that has an id as a whole. */
	NEW_KEY(5, (model) -> 1,
			(chosen) -> chosen.to(chosen.topic(), chosen.freshWithoutIds())
				.under(chosen.model().gateway().newRequestKey())),

	/** Such a request as it was sent first. */
	SAME_KEY(4, IdKind::keyed, IdChoice::keyed),

	/** Another request under its key, or the same if chance says so. */
	KEY_OF_ANOTHER_REQUEST(4, IdKind::keyed, (chosen) -> {
		List<IdRecord> records = new ArrayList<>(chosen.keyed().records());
		IdRecord first = records.get(0);
		switch (chosen.choice().place() % 5) {
			case 0 -> records.add(first);
			case 1 -> records.subList(1, records.size()).clear();
			case 2 -> Collections.reverse(records);
			case 3 -> records.set(0, first.in((first.partition() != null) ? (first.partition() + 1) % 2 : null));
			default -> records.set(0, first.altered(chosen.choice().count()));
		}
		return chosen.keyed().of(records);
	}),

	/** The same request on another path. */
	KEY_ON_ANOTHER_PATH(3, IdKind::keyed, (chosen) -> chosen.onTheOtherPath(chosen.keyed())),

	/** The text of a key, or one that seems to be made of it, as a record's id. */
	KEY_AS_AN_ID(3, IdKind::keyed, (chosen) -> {
		IdAppend keyed = chosen.keyed();
		int index = chosen.choice().place() % 3;
		String id = (index > 0) ? keyed.key() + " " + index : keyed.key();
		return keyed.under(null).of(keyed.records().stream().limit(1).map((record) -> record.under(id)).toList());
	});

	private final int weight;

	private final ToIntFunction<Model> possibilities;

	private final Function<IdChoice, IdAppend> request;

	IdKind(int weight, ToIntFunction<Model> possibilities, Function<IdChoice, IdAppend> request) {
		this.weight = weight;
		this.possibilities = possibilities;
		this.request = request;
	}

	int weight() {
		return this.weight;
	}

	boolean isPossible(Model model) {
		return this.possibilities.applyAsInt(model) > 0;
	}

	IdAppend request(Model model, Choice choice) {
		return this.request.apply(new IdChoice(model, choice));
	}

	private static int topicsWithIds(Model model) {
		return IdChoice.withIds(model).size();
	}

	private static int keyed(Model model) {
		return IdChoice.keyed(model).size();
	}

	private static IdAppend mixed(IdChoice chosen, boolean wrong) {
		Choice choice = chosen.choice();
		List<IdRecord> records = chosen.known();
		List<IdRecord> fresh = chosen.fresh();
		if (wrong && choice.count() % 3 > 0) {
			int at = choice.producer() % records.size();
			records.set(at, records.get(at).altered(choice.place()));
		}
		records.addAll(fresh);
		records.add(records.get(choice.producer() % records.size()));
		records.add((wrong && choice.count() % 3 < 2) ? fresh.get(0).altered(choice.place()) : fresh.get(0));
		Collections.rotate(records, choice.place());
		return chosen.to(chosen.topicWithIds(), records);
	}

}
