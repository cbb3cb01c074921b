package org.exactlyonce.gateway.incoming;

import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.sequence.AppendIdentity;
import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.exactlyonce.gateway.sequence.SequenceRange;
import org.jspecify.annotations.Nullable;

/**
 * An identity as it was sent, whole, in part or not at all.
 *
 * @param producerId the id, 0 to 2^53−1
 * @param producerEpoch the epoch, 0 to 2^53−1; left out, it is 0
 * @param baseSequence the first record's sequence, 0 to 2^53−1
 */
public record SentIdentity(@Nullable Long producerId, @Nullable Long producerEpoch, @Nullable Long baseSequence) {

	/** Where an identity was sent, and what its parts are called there. */
	public enum Place {

		/** In the body. */
		BODY("producerId", "producerEpoch", "baseSequence"),

		/** In headers. */
		HEADERS("Producer-Id", "Producer-Epoch", "Producer-Seq");

		private final String producerId;

		private final String producerEpoch;

		private final String baseSequence;

		Place(String producerId, String producerEpoch, String baseSequence) {
			this.producerId = producerId;
			this.producerEpoch = producerEpoch;
			this.baseSequence = baseSequence;
		}

		/**
		 * What the id is called.
		 * @return the name of the field or header
		 */
		public String producerId() {
			return this.producerId;
		}

		/**
		 * What the epoch is called.
		 * @return the name of the field or header
		 */
		public String producerEpoch() {
			return this.producerEpoch;
		}

		/**
		 * What the first sequence is called.
		 * @return the name of the field or header
		 */
		public String baseSequence() {
			return this.baseSequence;
		}

	}

	/**
	 * Whether any part was sent.
	 * @return true if so
	 */
	public boolean isPresent() {
		return this.producerId != null || this.producerEpoch != null || this.baseSequence != null;
	}

	/**
	 * Notes what is wrong: half an identity, sequences beyond 2^53−1, an identity with
	 * {@code acks=0}, or any where the gateway chooses the partition.
	 * @param place where it was sent
	 * @param batch the records that were sent with it
	 * @param acknowledged whether the sender gets the outcome
	 * @param errors takes the errors
	 */
	void check(Place place, IncomingBatch batch, boolean acknowledged, FieldErrors errors) {
		if (isPresent() && batch.isSpread()) {
			refuse(place, errors);
		}
		else if (isPresent()) {
			check(place, batch.count(), acknowledged, errors);
		}
	}

	private void refuse(Place place, FieldErrors errors) {
		String why = "does not go with a topic's records: a sequence is of one partition, which ?key= on the list of partitions tells";
		if (this.producerId != null) {
			errors.add(place.producerId(), why);
		}
		if (this.producerEpoch != null) {
			errors.add(place.producerEpoch(), why);
		}
		if (this.baseSequence != null) {
			errors.add(place.baseSequence(), why);
		}
	}

	private void check(Place place, int count, boolean acknowledged, FieldErrors errors) {
		String missing = "is missing: a sequenced append needs " + place.producerId() + " and " + place.baseSequence();
		if (this.producerId == null) {
			errors.add(place.producerId(), missing);
		}
		if (this.baseSequence == null) {
			errors.add(place.baseSequence(), missing);
		}
		else if (this.baseSequence > SequenceRange.MAX - Math.max(count - 1, 0)) {
			errors.add(place.baseSequence(),
					"is " + this.baseSequence + ", so the last sequence would pass " + SequenceRange.MAX);
		}
		if (!acknowledged) {
			errors.add("acks", "is 0, which does not go with " + place.producerId() + " and " + place.baseSequence()
					+ ": leave one of them out");
		}
	}

	/**
	 * The identity, once it is checked.
	 * @param count how many records were sent with it
	 * @return the identity
	 */
	AppendIdentity of(int count) {
		if (this.producerId == null || this.baseSequence == null) {
			return new AppendIdentity.Anonymous();
		}
		return new AppendIdentity.Sequenced(
				new ProducerIdentity(this.producerId, (this.producerEpoch != null) ? this.producerEpoch : 0),
				new SequenceRange(this.baseSequence, count));
	}

}
