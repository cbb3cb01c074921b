package org.exactlyonce.gateway.ids;

import java.util.Arrays;

import org.exactlyonce.gateway.sequence.RecordId;

/**
 * An id in its topic.
 *
 * @param topicId the topic
 * @param id the id
 */
public record TopicRecordId(int topicId, RecordId id) implements Comparable<TopicRecordId> {

	/**
	 * The order in which they are written, so that two writers wait and do not deadlock.
	 */
	@Override
	public int compareTo(TopicRecordId other) {
		int byTopic = Integer.compare(this.topicId, other.topicId);
		return (byTopic != 0) ? byTopic : Arrays.compareUnsigned(this.id.id(), other.id.id());
	}

}
