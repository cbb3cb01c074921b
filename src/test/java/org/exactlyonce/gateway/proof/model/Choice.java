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

	/** What each producer has committed in each partition, deleted or not. */
	static List<List<Stored>> histories(Model model) {
		List<PartitionLog> logs = model.topics().logs();
		return model.producers()
			.stream()
			.flatMap((producer) -> logs.stream().map(PartitionLog::place).map(producer::in))
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

	Place partition(Model model) {
		List<PartitionLog> logs = model.topics().logs();
		return logs.get(this.partition % logs.size()).place();
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

	/** New records behind what a producer has committed in a partition. */
	Append behind(Model model, long gap) {
		ModelProducer by = producer(model);
		Place in = partition(model);
		return new Append(in, by.id(), by.epoch(), by.in(in).size() + gap, this.fresh);
	}

	/** Sends committed records once more. */
	Append again(Model model, List<Stored> records) {
		Stored first = records.get(0);
		long epoch = model.producer(first.producerId()).orElseThrow().epoch();
		return new Append(first.place(), first.producerId(), epoch, first.sequence(),
				records.stream().map(Stored::payload).toList());
	}

}
