package org.exactlyonce.gateway.proof.faults;

import org.exactlyonce.gateway.sequence.ProducerIdentity;

/**
 * One append as its client saw it: unknown until it was answered, and for ever if it was
 * not. Written by one thread at a time, read when the run is over.
 */
final class SentAppend {

	/** The bytes of a value. */
	private static final int VALUE_LENGTH = 100;

	/** The offset of what is deleted. */
	static final long NO_OFFSET = -1;

	enum Outcome {

		/** Unknown: time-out, connection lost, 503. */
		UNKNOWN,
		/** Answered with offsets. */
		STORED,
		/** Answered with a refusal: it must not be in the log. */
		REFUSED

	}

	private final String tag;

	private final ProducerIdentity producer;

	private final int partition;

	private final long baseSequence;

	private final int count;

	private volatile Outcome outcome = Outcome.UNKNOWN;

	private volatile long baseOffset = NO_OFFSET;

	private volatile long lastOffset = NO_OFFSET;

	private volatile boolean repeated;

	/**
	 * An append that is about to be sent.
	 * @param tag names who sends it: one tag for each incarnation of a producer, so that
	 * the records of a zombie differ from those of its successor
	 * @param producer the producer
	 * @param partition the partition
	 * @param baseSequence the sequence of the first record
	 * @param count the number of records
	 */
	SentAppend(String tag, ProducerIdentity producer, int partition, long baseSequence, int count) {
		this.tag = tag;
		this.producer = producer;
		this.partition = partition;
		this.baseSequence = baseSequence;
		this.count = count;
	}

	void stored(long baseOffset, long lastOffset) {
		this.baseOffset = baseOffset;
		this.lastOffset = lastOffset;
		this.outcome = Outcome.STORED;
	}

	void refused() {
		this.outcome = Outcome.REFUSED;
	}

	/** The network sent it twice: a refusal may then be that of one copy only. */
	void repeat() {
		this.repeated = true;
	}

	/** Whether its records may be in the log. */
	boolean mayBeStored() {
		return this.repeated || this.outcome != Outcome.REFUSED;
	}

	Outcome outcome() {
		return this.outcome;
	}

	ProducerIdentity producer() {
		return this.producer;
	}

	int partition() {
		return this.partition;
	}

	long baseSequence() {
		return this.baseSequence;
	}

	int count() {
		return this.count;
	}

	long lastSequence() {
		return this.baseSequence + this.count - 1;
	}

	long baseOffset() {
		return this.baseOffset;
	}

	long lastOffset() {
		return this.lastOffset;
	}

	/** The value of a record, the same in each attempt, and sent by no other client. */
	String value(long sequence) {
		String name = this.tag + "/" + sequence + "/";
		return name + ".".repeat(Math.max(0, VALUE_LENGTH - name.length()));
	}

	/** The request's body. */
	String json() {
		StringBuilder body = new StringBuilder("{\"producerId\":").append(this.producer.producerId())
			.append(",\"producerEpoch\":")
			.append(this.producer.producerEpoch())
			.append(",\"baseSequence\":")
			.append(this.baseSequence)
			.append(",\"records\":[");
		for (long sequence = this.baseSequence; sequence <= lastSequence(); sequence++) {
			body.append((sequence > this.baseSequence) ? "," : "")
				.append("{\"value\":\"")
				.append(value(sequence))
				.append("\"}");
		}
		return body.append("]}").toString();
	}

	@Override
	public String toString() {
		return "%s %d..%d of producer %d, epoch %d, in partition %d: %s".formatted(this.tag, this.baseSequence,
				lastSequence(), this.producer.producerId(), this.producer.producerEpoch(), this.partition,
				(this.outcome == Outcome.STORED) ? "at " + this.baseOffset + ".." + this.lastOffset : this.outcome);
	}

}
