package org.exactlyonce.gateway.sequence;

import java.util.function.Function;

/**
 * The identity of an append, by which a repeated one is recognised, or that it has none.
 */
public sealed interface AppendIdentity {

	/**
	 * Handles the identity.
	 * @param <R> the result's type
	 * @param sequenced what to do with a sequenced one
	 * @param anonymous what to do with none
	 * @return what the matching function returned
	 */
	<R> R match(Function<Sequenced, R> sequenced, Function<Anonymous, R> anonymous);

	/**
	 * A producer and the sequences of its records: the append is stored exactly once.
	 *
	 * @param producer who sends
	 * @param range the records' sequences
	 */
	record Sequenced(ProducerIdentity producer, SequenceRange range) implements AppendIdentity {

		@Override
		public <R> R match(Function<Sequenced, R> sequenced, Function<Anonymous, R> anonymous) {
			return sequenced.apply(this);
		}

	}

	/** No identity: the append is stored as often as it is sent. */
	record Anonymous() implements AppendIdentity {

		@Override
		public <R> R match(Function<Sequenced, R> sequenced, Function<Anonymous, R> anonymous) {
			return anonymous.apply(this);
		}

	}

}
