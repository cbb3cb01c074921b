package org.exactlyonce.gateway.proof.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;

/** The appends that producers send, right and wrong. */
enum AppendKind {

	/** The next batch. */
	NEXT(16, AppendKind::producers, (model, choice) -> choice.behind(model, 0)),

	/** A batch as it was sent first, of any age. */
	RETRY(5, AppendKind::histories, (model, choice) -> {
		List<Stored> committed = choice.history(model);
		long base = committed.get(choice.place() % committed.size()).batchBase();
		return choice.again(model, committed.stream().filter((record) -> record.batchBase() == base).toList());
	}),

	/** Committed records, batched otherwise. */
	RETRY_RANGE(8, AppendKind::histories, (model, choice) -> choice.again(model, choice.range(model))),

	/** Committed records, and new ones behind. */
	STRADDLE(3, AppendKind::histories, (model, choice) -> {
		List<Stored> committed = choice.history(model);
		Append retry = choice.again(model, committed.subList(choice.place() % committed.size(), committed.size()));
		List<Payload> records = new ArrayList<>(retry.records());
		records.addAll(choice.fresh());
		return retry.of(records);
	}),

	/** New records, but some before them are missing. */
	GAP(3, AppendKind::producers,
			(model, choice) -> choice.behind(model, (choice.place() % 8 == 7) ? 1L << 40 : 1 + choice.place())),

	/** Committed records, one of them or two with another payload. */
	MISMATCH(6, AppendKind::histories, (model, choice) -> {
		Append retry = choice.again(model, choice.range(model));
		List<Payload> records = new ArrayList<>(retry.records());
		for (int wrong : new int[] { choice.producer() % records.size(), choice.count() % records.size() }) {
			records.set(wrong, records.get(wrong).altered(choice.place()));
		}
		return retry.of(records);
	}),

	/** Anything, by a process that was fenced. */
	OLD_EPOCH(7, (model) -> Choice.renewed(model).size(), (model, choice) -> {
		ModelProducer producer = choice.one(Choice.renewed(model));
		Place in = choice.partition(model);
		return new Append(in, producer.id(), choice.count() % producer.epoch(),
				choice.place() % (producer.in(in).size() + 2), choice.fresh());
	}),

	/** Anything, under an epoch that was never issued. */
	FUTURE_EPOCH(3, AppendKind::producers, (model, choice) -> {
		ModelProducer producer = choice.producer(model);
		return new Append(choice.partition(model), producer.id(), producer.epoch() + 1 + choice.count(), choice.place(),
				choice.fresh());
	}),

	/** A producer that never registered. */
	UNKNOWN_PRODUCER(3, (model) -> 1,
			(model, choice) -> new Append(choice.partition(model), model.gateway().unknownId(), choice.count(),
					choice.place(), choice.fresh())),

	/** No partition of its topic. */
	UNKNOWN_PARTITION(3, AppendKind::producers, (model, choice) -> {
		Append next = NEXT.request(model, choice);
		int behind = model.topics().find(next.topic()).orElseThrow().logs().size();
		return next.inPartition(choice.one(List.of("" + behind, "abc", "-1", "00", "99999999999")));
	}),

	/** No topic, or none any more, whether the partition is one or not. */
	UNKNOWN_TOPIC(3, AppendKind::producers,
			(model, choice) -> NEXT.request(model, choice)
				.inTopic(choice.one(model.topics().missing()))
				.inPartition(choice.one(List.of("0", "1", "abc")))),

	/** A batch of a topic that was deleted, which may be there again under its name. */
	OF_A_DELETED_TOPIC(24, (model) -> model.topics().ghosts().size(), (model, choice) -> {
		Append ghost = choice.one(model.topics().ghosts());
		return ghost.underEpoch(model.producer(ghost.producerId()).orElseThrow().epoch());
	}),

	/** No identity: appended each time. */
	AT_LEAST_ONCE(4, (model) -> 1, (model, choice) -> new Append(choice.partition(model), null, 0, 0, choice.fresh()));

	private final int weight;

	private final ToIntFunction<Model> possibilities;

	private final BiFunction<Model, Choice, Append> request;

	AppendKind(int weight, ToIntFunction<Model> possibilities, BiFunction<Model, Choice, Append> request) {
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

	Append request(Model model, Choice choice) {
		return this.request.apply(model, choice);
	}

	private static int producers(Model model) {
		return model.producers().size();
	}

	private static int histories(Model model) {
		return Choice.histories(model).size();
	}

}
