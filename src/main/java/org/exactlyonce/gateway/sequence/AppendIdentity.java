package org.exactlyonce.gateway.sequence;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * The identity of an append, by which a repeated one is recognised, or that it has none.
 */
public sealed interface AppendIdentity {

	/**
	 * Handles the identity.
	 * @param <R> the result's type
	 * @param sequenced what to do with a sequenced one
	 * @param identified what to do with ids of records
	 * @param keyed what to do with the id of a request
	 * @param anonymous what to do with none
	 * @return what the matching function returned
	 */
	<R> R match(Function<Sequenced, R> sequenced, Function<Identified, R> identified, Function<Keyed, R> keyed,
			Function<Anonymous, R> anonymous);

	/**
	 * Whether it may be sent again without being stored again.
	 * @return false if any of its records has neither a sequence nor an id
	 */
	boolean isRepeatable();

	/**
	 * A producer and the sequences of its records: the append is stored exactly once.
	 *
	 * @param producer who sends
	 * @param range the records' sequences
	 */
	record Sequenced(ProducerIdentity producer, SequenceRange range) implements AppendIdentity {

		@Override
		public <R> R match(Function<Sequenced, R> sequenced, Function<Identified, R> identified,
				Function<Keyed, R> keyed, Function<Anonymous, R> anonymous) {
			return sequenced.apply(this);
		}

		@Override
		public boolean isRepeatable() {
			return true;
		}

	}

	/**
	 * Ids of records: each record with one is stored exactly once.
	 *
	 * @param topicId the topic in which the ids are unique
	 * @param ids in the order of the request; null for a record without one
	 * @param partOf the part of the request that each record is in
	 */
	record Identified(int topicId, List<@Nullable RecordId> ids, int[] partOf) implements AppendIdentity {

		@Override
		public <R> R match(Function<Sequenced, R> sequenced, Function<Identified, R> identified,
				Function<Keyed, R> keyed, Function<Anonymous, R> anonymous) {
			return identified.apply(this);
		}

		@Override
		public boolean isRepeatable() {
			return this.ids.stream().allMatch(Objects::nonNull);
		}

	}

	/**
	 * The id of a request as a whole: all of it is stored exactly once.
	 *
	 * @param topicId the topic in which the id is unique
	 * @param id the id
	 * @param partOf the part of the request that each record is in
	 */
	record Keyed(int topicId, RecordId id, int[] partOf) implements AppendIdentity {

		@Override
		public <R> R match(Function<Sequenced, R> sequenced, Function<Identified, R> identified,
				Function<Keyed, R> keyed, Function<Anonymous, R> anonymous) {
			return keyed.apply(this);
		}

		@Override
		public boolean isRepeatable() {
			return true;
		}

	}

	/** No identity: the append is stored as often as it is sent. */
	record Anonymous() implements AppendIdentity {

		@Override
		public <R> R match(Function<Sequenced, R> sequenced, Function<Identified, R> identified,
				Function<Keyed, R> keyed, Function<Anonymous, R> anonymous) {
			return anonymous.apply(this);
		}

		@Override
		public boolean isRepeatable() {
			return false;
		}

	}

}
