package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.UUID;

import org.exactlyonce.gateway.topic.TopicPartition;

/**
 * A topic of the log, and the Kafka topic that it goes to. One that is made again under
 * its name is another one. Thread-safe.
 */
final class RelayedTopic {

	private static final int LONGEST_NAME = 249;

	/** How long gateways may take to see that a topic has grown, and to grow Kafka's. */
	static final Duration GROWTH = Duration.ofSeconds(5);

	private final String name;

	private final UUID uuid;

	private final boolean records;

	private final String kafkaTopic;

	private final SharedLook look = new SharedLook();

	private final TopicTurns turns;

	private volatile int partitions;

	private volatile boolean relayed;

	/** The partitions in Kafka, where they are others than here. */
	private int otherCount;

	private int ownCount;

	private long otherSince;

	private RelayedTopic(String name, UUID uuid, boolean records, String kafkaTopic) {
		this.name = name;
		this.uuid = uuid;
		this.records = records;
		this.turns = new TopicTurns(System::nanoTime, records ? Duration.ofSeconds(2) : Duration.ofSeconds(30));
		this.kafkaTopic = kafkaTopic;
	}

	/** The topic that a partition is of. */
	static RelayedTopic of(TopicPartition.Placed placed, RelayProperties properties) {
		TopicPartition partition = placed.partition();
		boolean records = partition.isOfRecords();
		return new RelayedTopic(partition.topic(), placed.topic(), records,
				records ? properties.topic() : properties.topicPrefix() + partition.topic());
	}

	String name() {
		return this.name;
	}

	/** Tells it from those of other databases, and of copies of this one. */
	UUID uuid() {
		return this.uuid;
	}

	boolean isRecords() {
		return this.records;
	}

	/** Its name in Kafka. */
	String kafkaTopic() {
		return this.kafkaTopic;
	}

	/** What its partitions learn from one look at Kafka. */
	SharedLook look() {
		return this.look;
	}

	/** When its partitions may work. */
	TopicTurns turns() {
		return this.turns;
	}

	int partitions() {
		return this.partitions;
	}

	/** It may have grown. */
	void grow(int partitions) {
		if (partitions != this.partitions) {
			this.partitions = partitions;
			this.look.renew();
		}
	}

	/**
	 * Whether Kafka's topic has another number of partitions for good. Where a topic has
	 * grown, one gateway sees it, and grows Kafka's, before another sees it.
	 * @param found how many Kafka's has, other than this
	 * @param nanoTime the time now
	 */
	synchronized boolean isOtherForGood(int found, long nanoTime) {
		if (found != this.otherCount || this.partitions != this.ownCount) {
			this.otherCount = found;
			this.ownCount = this.partitions;
			this.otherSince = nanoTime;
		}
		return nanoTime - this.otherSince >= GROWTH.toNanos();
	}

	/** Says that Kafka's topic has another number of partitions. */
	RelayRefusedException otherCount(int found) {
		String log = this.records ? "the log has " : "the log's topic " + this.name + " has ";
		String message = "The topic " + this.kafkaTopic + " has " + found + " partitions, " + log + this.partitions
				+ ".";
		String grow = this.records
				? "Set gateway.partitions to " + found
						+ ", or name topics that do not exist yet in gateway.relay.topic and gateway.relay.cursor-topic"
				: "Give the topic " + this.name + " " + found
						+ " partitions, by PUT /topics/{topic}, or set another gateway.relay.topic-prefix";
		return new RelayRefusedException(message,
				(found < this.partitions) ? RelayTopics.addPartitions(this.kafkaTopic, this.partitions)
						: grow + "; a topic never loses a partition.");
	}

	/**
	 * Whether its Kafka topic had the right partitions once, and is the relay's to grow.
	 */
	boolean isRelayed() {
		return this.relayed;
	}

	void relayed() {
		this.relayed = true;
	}

	/**
	 * Sees whether the Kafka topic is this topic's alone.
	 * @param properties name the topics that are taken
	 * @throws RelayRefusedException if it is not, or cannot be
	 */
	void requireNameOfItsOwn(RelayProperties properties) {
		if (this.kafkaTopic.length() > LONGEST_NAME) {
			throw refused("The topic " + this.name + " would be " + this.kafkaTopic + " in Kafka, which has "
					+ this.kafkaTopic.length() + " characters and may have " + LONGEST_NAME + ".");
		}
		if (!this.records && this.kafkaTopic.startsWith("__")) {
			throw refused("The topic " + this.name + " would be " + this.kafkaTopic
					+ " in Kafka, where names that begin with __ are Kafka's own.");
		}
		if (!this.records && this.kafkaTopic.equals(properties.topic())) {
			throw refused("The topic " + this.name + " would be " + this.kafkaTopic
					+ " in Kafka, which gets the topic records: gateway.relay.topic.");
		}
		if (this.kafkaTopic.equals(properties.cursorTopic())) {
			throw refused("The topic " + this.name + " would be " + this.kafkaTopic
					+ " in Kafka, which has the cursors: gateway.relay.cursor-topic.");
		}
	}

	private static RelayRefusedException refused(String message) {
		return new RelayRefusedException(message,
				"Make a topic of another name, or set gateway.relay.topic-prefix, which is for all topics but records.");
	}

	@Override
	public String toString() {
		return this.name;
	}

}
