package org.exactlyonce.client.internals;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.exactlyonce.client.ProducerSettings;
import org.exactlyonce.client.UnknownPartitionException;

/**
 * How many partitions each topic has. Safe for threads.
 */
final class PartitionCounts {

	private static final int ALL = -1;

	private final ProducerSettings settings;

	private final Gateways gateways;

	private volatile boolean closed;

	private final Map<String, PartitionCount> topics = new ConcurrentHashMap<>();

	/** What is missing, for a while. A topic as a whole is its partition {@link #ALL}. */
	private final Map<Place, Missing> missing = new ConcurrentHashMap<>();

	PartitionCounts(ProducerSettings settings, Gateways gateways) {
		this.settings = settings;
		this.gateways = gateways;
	}

	/**
	 * The count of a topic. Blocks as {@link PartitionCount#get} does.
	 * @param topic the topic
	 * @param mayBlock whether to wait
	 * @return the count
	 * @throws UnknownPartitionException if there is no such topic
	 * @throws org.exactlyonce.client.ProducerClosedException if this is closed, and the
	 * count not known
	 */
	int get(String topic, boolean mayBlock) {
		try {
			PartitionCount asked = this.topics.computeIfAbsent(topic,
					(name) -> new PartitionCount(name, this.settings, this.gateways));
			if (this.closed) {
				asked.close();
			}
			int count = asked.get(mayBlock);
			this.missing.keySet().removeIf((place) -> place.topic().equals(topic) && place.partition() < count);
			return count;
		}
		catch (UnknownPartitionException ex) {
			forget(topic);
			throw ex;
		}
	}

	/**
	 * Refuses a partition that the gateway does not have, if that can be known, or has
	 * just said that it does not have.
	 * @param place the partition
	 * @param until when to wait no longer for a newer count, a time of {@link Nanos}
	 * @throws UnknownPartitionException if there is no such partition
	 */
	void check(Place place, long until) {
		checkMissing(place);
		checkMissing(new Place(place.topic(), ALL));
		PartitionCount known = this.topics.get(place.topic());
		if (known != null) {
			known.check(place, until);
		}
	}

	private void checkMissing(Place place) {
		Missing known = this.missing.get(place);
		if (known != null && Nanos.now() < known.until()) {
			throw new UnknownPartitionException(known.answer().message(), known.answer().problem(), null);
		}
		if (known != null) {
			this.missing.remove(place, known);
		}
	}

	/**
	 * The gateway does not have the topic, or not so many partitions: the count is asked
	 * for anew.
	 * @param topic the topic
	 */
	void forget(String topic) {
		this.topics.remove(topic);
	}

	/**
	 * The gateway does not have a partition: what is sent there within
	 * {@code retryBackoffMax} is refused at once.
	 * @param place the partition
	 * @param answer what the gateway said
	 */
	void missing(Place place, Answer answer) {
		Place key = "UNKNOWN_TOPIC".equals(answer.code()) ? new Place(place.topic(), ALL) : place;
		this.missing.put(key, new Missing(answer, Nanos.now() + Nanos.of(this.settings.retryBackoffMax())));
	}

	/** Asks for nothing more. Lets go who waits. */
	void close() {
		this.closed = true;
		this.topics.values().forEach(PartitionCount::close);
	}

	private record Missing(Answer answer, long until) {

	}

}
