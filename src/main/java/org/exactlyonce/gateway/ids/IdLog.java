package org.exactlyonce.gateway.ids;

import java.util.BitSet;

import org.jspecify.annotations.Nullable;

/**
 * The group that a request is in, as far as the rule of ids needs it.
 */
public interface IdLog {

	/**
	 * What is known of an id, by now.
	 * @param id the id
	 * @return that; null if it is new
	 */
	@Nullable KnownId find(TopicRecordId id);

	/**
	 * Appends records of a part of the request at hand.
	 * @param part the part
	 * @param records the places in the part of those that are appended, at least one
	 * @return the place of the first of them
	 */
	RecordPlace append(int part, BitSet records);

	/**
	 * Takes a new id.
	 * @param id the id
	 * @param known what has it
	 */
	void add(TopicRecordId id, KnownId known);

}
