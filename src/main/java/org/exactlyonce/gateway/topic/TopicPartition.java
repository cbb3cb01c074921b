package org.exactlyonce.gateway.topic;

/**
 * A partition by name, and by the id that the log knows it by.
 *
 * @param topic the topic's name
 * @param number the partition's number in its topic, from 0
 * @param id names it in every table, and is never used again
 */
public record TopicPartition(String topic, int number, int id) {

	/** As messages have it: {@code 3}, or {@code 3 of the topic orders}. */
	@Override
	public String toString() {
		return this.topic.equals(Topic.RECORDS) ? Integer.toString(this.number)
				: this.number + " of the topic " + this.topic;
	}

}
