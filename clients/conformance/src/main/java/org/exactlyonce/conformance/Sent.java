package org.exactlyonce.conformance;

import tools.jackson.databind.JsonNode;

/**
 * A record that was handed over, and what its user was told of it.
 */
final class Sent {

	final String label;

	final String record;

	final String topic;

	/** Null if the client chooses. */
	final Integer partition;

	/** Guarded by the client's list of outcomes. */
	private JsonNode outcome;

	private int times;

	private boolean abandoned;

	Sent(String label, long number, String topic, Integer partition) {
		this.label = label;
		this.record = label + "-" + number;
		this.topic = topic;
		this.partition = partition;
	}

	boolean isOf(String label) {
		return this.label.equals(label);
	}

	synchronized void tell(JsonNode outcome) {
		this.outcome = outcome;
		this.times++;
	}

	/** Its client was killed before its user was told. */
	synchronized void abandon() {
		this.abandoned = true;
	}

	synchronized boolean isAbandoned() {
		return this.abandoned;
	}

	/** How often its user was told. */
	synchronized int times() {
		return this.times;
	}

	/** {@code stored}, {@code not-stored}, {@code unknown}, or null. */
	synchronized String outcome() {
		return (this.outcome != null) ? this.outcome.path("outcome").asString() : null;
	}

	synchronized String error() {
		return (this.outcome != null && this.outcome.has("error")) ? this.outcome.get("error").asString() : null;
	}

	synchronized TopicPartition storedIn() {
		return new TopicPartition(this.outcome.path("topic").asString(""), this.outcome.path("partition").asInt(-1));
	}

	/** Whether its user was told that it had been stored before. */
	synchronized boolean isDuplicate() {
		return this.outcome != null && this.outcome.path("duplicate").asBoolean(false);
	}

	synchronized long offset() {
		return this.outcome.path("offset").asLong(-1);
	}

	@Override
	public synchronized String toString() {
		return this.record + ": " + this.outcome;
	}

}
