package org.exactlyonce.client.internals;

import java.util.Comparator;

import org.exactlyonce.client.InvalidTopicException;
import org.exactlyonce.client.OutgoingRecord;

/**
 * A partition of a topic.
 *
 * @param topic the topic
 * @param partition the partition, from 0
 */
record Place(String topic, int partition) implements Comparable<Place> {

	private static final int LONGEST_NAME = 249;

	private static final Comparator<Place> ORDER = Comparator.comparing(Place::topic)
		.thenComparingInt(Place::partition);

	/** A partition of the topic that every gateway has. */
	static Place ofRecords(int partition) {
		return new Place(OutgoingRecord.DEFAULT_TOPIC, partition);
	}

	/**
	 * The path of all partitions of a topic: of {@code records} the short one, which a
	 * gateway without topics has, too.
	 * @param topic the topic, which has been checked
	 * @return the path, without the slash at its start
	 */
	static String partitionsPath(String topic) {
		return topic.equals(OutgoingRecord.DEFAULT_TOPIC) ? "partitions" : "topics/" + topic + "/partitions";
	}

	String path() {
		return partitionsPath(this.topic) + '/' + this.partition;
	}

	/**
	 * Refuses what is not the name of a topic, in Kafka's words. No other name goes into
	 * a path, where {@code ..} would be another topic's.
	 * @param topic the name
	 * @throws InvalidTopicException if it is none
	 */
	static void check(String topic) {
		if (topic.isEmpty()) {
			throw invalid("the empty string is not allowed");
		}
		if (topic.equals(".") || topic.equals("..")) {
			throw invalid("'" + topic + "' is not allowed");
		}
		if (topic.length() > LONGEST_NAME) {
			throw invalid("the length of '" + topic + "' is longer than the max allowed length " + LONGEST_NAME);
		}
		if (!topic.chars().allMatch(Place::isAllowed)) {
			throw invalid("'" + topic + "' contains one or more characters other than ASCII alphanumerics, '.', '_'"
					+ " and '-'");
		}
	}

	private static boolean isAllowed(int character) {
		return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z')
				|| (character >= '0' && character <= '9') || character == '.' || character == '_' || character == '-';
	}

	private static InvalidTopicException invalid(String why) {
		return new InvalidTopicException("Topic name is invalid: " + why, null, null);
	}

	@Override
	public int compareTo(Place other) {
		return ORDER.compare(this, other);
	}

	@Override
	public String toString() {
		return "partition " + this.partition + " of topic " + this.topic;
	}

}
