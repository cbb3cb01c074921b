package org.exactlyonce.client;

import java.time.Duration;

/**
 * Is told what a producer does, for metrics. Called on the producer's own thread: do not
 * block here. What a listener throws is logged.
 */
public interface ProducerListener {

	/**
	 * A request with records is on its way.
	 * @param topic the topic
	 * @param partition the partition
	 * @param records how many records it has
	 * @param bytes the size of its body
	 * @param attempt 1 for the first send, more for its retries
	 */
	default void requestSent(String topic, int partition, int records, int bytes, int attempt) {
	}

	/**
	 * A request with records was answered.
	 * @param topic the topic
	 * @param partition the partition
	 * @param status the HTTP status; 0 if there was no answer
	 * @param latency the time since it was sent
	 * @param throttle how long the gateway asked to wait, by {@code Retry-After}
	 */
	default void requestAnswered(String topic, int partition, int status, Duration latency, Duration throttle) {
	}

	/**
	 * Records are stored, and their futures and callbacks are done.
	 * @param topic the topic
	 * @param partition the partition
	 * @param records how many
	 */
	default void recordsStored(String topic, int partition, int records) {
	}

	/**
	 * Records have failed, and their futures and callbacks are done.
	 * @param topic the topic
	 * @param partition the partition
	 * @param records how many
	 * @param failure why
	 */
	default void recordsFailed(String topic, int partition, int records, GatewayException failure) {
	}

	/**
	 * The producer has raised its own epoch: what was under way is settled.
	 * @param epoch the new epoch
	 */
	default void fenced(long epoch) {
	}

}
