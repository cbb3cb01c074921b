package org.exactlyonce.gateway.commit;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

import org.exactlyonce.gateway.ids.TopicRecordId;
import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.record.EncodedBatch;
import org.exactlyonce.gateway.sequence.AppendIdentity;
import org.jspecify.annotations.Nullable;

/**
 * A well-formed append to existing partitions, all of it or nothing.
 *
 * @param parts the records of each partition; one part if there are sequences, which are
 * of one partition
 * @param layout what the choice of partitions depends on, or null if the sender chose
 * @param identity the producer and its sequences, the ids of records, or the id of all of
 * it, if there are any
 * @param patience whether its sender waits for predecessors that come later
 * @param principal the principal that sends it, or null if there is none: then no owner
 * is judged
 */
public record AppendRequest(List<Part> parts, @Nullable Layout layout, AppendIdentity identity, Patience patience,
		@Nullable String principal) {

	/** The id of a request is read with where its records are, which may be 36 KB. */
	private static final int KEYED = 20;

	/**
	 * An append to one partition.
	 * @param partition the partition
	 * @param identity the producer and its sequences or the ids of records, if there are
	 * any
	 * @param batch the records
	 * @param patience whether its sender waits for predecessors that come later
	 * @param principal the principal that sends it, or null if there is none
	 */
	public AppendRequest(int partition, AppendIdentity identity, EncodedBatch batch, Patience patience,
			@Nullable String principal) {
		this(List.of(new Part(partition, batch)), null, identity, patience, principal);
	}

	AppendRequest withoutPatience() {
		return new AppendRequest(this.parts, this.layout, this.identity, Patience.NONE, this.principal);
	}

	/** The partition whose lane commits it. */
	int partition() {
		return this.parts.get(0).partition();
	}

	/** The records of that partition: all there are if there are sequences. */
	EncodedBatch batch() {
		return this.parts.get(0).batch();
	}

	int recordCount() {
		return this.parts.stream().mapToInt((part) -> part.batch().recordCount()).sum();
	}

	/** What it adds to the ids of its group. */
	int idCount() {
		return this.identity.match((sequenced) -> 0, (identified) -> identified.ids().size(), (keyed) -> KEYED,
				(anonymous) -> 0);
	}

	/** What its records take as they are stored. */
	long bytes() {
		return this.parts.stream().mapToLong((part) -> part.batch().payload().length).sum();
	}

	ProducerSequence.Key key(AppendIdentity.Sequenced identity) {
		return new ProducerSequence.Key(identity.producer().producerId(), partition());
	}

	/**
	 * The producer and its sequences, if there are any.
	 * @return producer and sequences; nothing if the append has ids, a key or no identity
	 */
	public Optional<AppendIdentity.Sequenced> sequenced() {
		return this.identity.match(Optional::of, (identified) -> Optional.empty(), (keyed) -> Optional.empty(),
				(anonymous) -> Optional.empty());
	}

	/** The ids of its records, for those that have one, or of all of it. */
	List<TopicRecordId> ids() {
		return this.identity.match((sequenced) -> List.of(),
				(identified) -> identified.ids()
					.stream()
					.filter(Objects::nonNull)
					.map((id) -> new TopicRecordId(identified.topicId(), id))
					.toList(),
				(keyed) -> List.of(new TopicRecordId(keyed.topicId(), keyed.id())), (anonymous) -> List.of());
	}

	/** Whether any of its records, or all of it, has an id. */
	boolean hasIds() {
		return this.identity instanceof AppendIdentity.Identified || this.identity instanceof AppendIdentity.Keyed;
	}

	/**
	 * The records that go to one partition.
	 *
	 * @param partition the partition
	 * @param batch the records
	 */
	public record Part(int partition, EncodedBatch batch) {
	}

	/**
	 * The number of partitions that a key was divided by.
	 *
	 * @param topicId the topic
	 * @param partitions how many it had
	 */
	public record Layout(int topicId, int partitions) {
	}

}
