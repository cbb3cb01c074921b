package org.exactlyonce.gateway.proof.model;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * An append whose records have ids, or that has one as a whole.
 *
 * @param topic the topic, which may be none
 * @param partition the partition of the path; null on the topic's, where each record
 * names one
 * @param key the id of the request as a whole, or null
 * @param records the records
 */
record IdAppend(String topic, Integer partition, String key, List<IdRecord> records) {

	String path() {
		String of = (this.partition != null) ? Place.path(this.topic, "" + this.partition)
				: this.topic.equals(Place.RECORDS) ? "" : "/topics/" + this.topic;
		return of + "/records";
	}

	IdAppend of(List<IdRecord> other) {
		return new IdAppend(this.topic, this.partition, this.key, other);
	}

	IdAppend under(String other) {
		return new IdAppend(this.topic, this.partition, other, this.records);
	}

	List<Payload> payloads() {
		return this.records.stream().map(IdRecord::payload).toList();
	}

	/** Where a new record would go. */
	int partitionOf(int index) {
		return (this.partition != null) ? this.partition : this.records.get(index).partition();
	}

	/**
	 * What is unique in the topic: the second of a key is no id, however that is spelt.
	 */
	String idOf(int index) {
		return (this.key == null || index == 0) ? textOf(index) : this.key + '\u001f' + index;
	}

	/** The id as it reads. */
	String textOf(int index) {
		if (this.key == null) {
			return this.records.get(index).id();
		}
		return (index == 0) ? this.key : this.key + '\u001f' + index;
	}

	/** Whether the contract takes a record of one for a retry of that of the other. */
	boolean isSameAt(int index, IdAppend other, int otherIndex) {
		if (this.key == null && other.key == null) {
			return this.records.get(index).payload().isSameAs(other.records.get(otherIndex).payload());
		}
		return Objects.equals(this.key, other.key) && Objects.equals(this.partition, other.partition)
				&& this.records.size() == other.records.size()
				&& IntStream.range(0, this.records.size()).allMatch((i) -> {
					IdRecord one = this.records.get(i);
					IdRecord two = other.records.get(i);
					return Objects.equals(one.partition(), two.partition()) && one.payload().isSameAs(two.payload());
				});
	}

}
