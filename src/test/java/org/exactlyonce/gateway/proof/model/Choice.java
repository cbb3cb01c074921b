package org.exactlyonce.gateway.proof.model;

import java.util.List;

/**
 * What chance decides about an append. The numbers pick from what there is, modulo its
 * size, so that a choice means something in every state and a chain can be shortened.
 *
 * @param producer picks a producer, or a history of one
 * @param partition picks a partition
 * @param place picks where a range begins
 * @param count picks how long it is
 * @param fresh new records
 */
record Choice(int producer, int partition, int place, int count, List<Payload> fresh) {

	/** What each producer has committed in each partition. */
	static List<List<Stored>> histories(Model model) {
		return model.producers()
			.stream()
			.flatMap((producer) -> model.logs().keySet().stream().map(producer::in))
			.filter((committed) -> !committed.isEmpty())
			.toList();
	}

	/** Those that have registered more than once. */
	static List<ModelProducer> renewed(Model model) {
		return model.producers().stream().filter((producer) -> producer.epoch() > 0).toList();
	}

	<T> T one(List<T> of) {
		return of.get(this.producer % of.size());
	}

	ModelProducer producer(Model model) {
		return one(model.producers());
	}

	List<Stored> history(Model model) {
		return one(histories(model));
	}

	/** Some committed records, one after the other. */
	List<Stored> range(Model model) {
		List<Stored> committed = history(model);
		int from = this.place % committed.size();
		return committed.subList(from, Math.min(committed.size(), from + 1 + this.count));
	}

	Append of(ModelProducer by, long base, List<Payload> records) {
		return new Append("" + this.partition, by.id(), by.epoch(), base, records);
	}

	/** Sends committed records once more. */
	Append again(Model model, List<Stored> records) {
		Stored first = records.get(0);
		long epoch = model.producer(first.producerId()).orElseThrow().epoch();
		return new Append("" + first.partition(), first.producerId(), epoch, first.sequence(),
				records.stream().map(Stored::payload).toList());
	}

}
