package org.exactlyonce.gateway.ids;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.exactlyonce.gateway.sequence.AppendIdentity;
import org.exactlyonce.gateway.sequence.RecordId;
import org.jspecify.annotations.Nullable;

/**
 * Tells the new records of one request from those that are known by their ids. One use.
 */
public final class IdJudge {

	private static final int NONE = -1;

	private final AppendIdentity.Identified identity;

	/** The record that was stored under the id of each, if there is one. */
	private final @Nullable IdentifiedRecord[] known;

	/** The earlier record of the request that has the same id, or none. */
	private final int[] earlier;

	private int firstMismatch = NONE;

	private boolean anyKnown;

	/**
	 * Looks at all records of a request.
	 * @param identity their ids
	 * @param committed what is stored under an id by now, or null
	 */
	public IdJudge(AppendIdentity.Identified identity, Function<TopicRecordId, @Nullable IdentifiedRecord> committed) {
		this.identity = identity;
		List<@Nullable RecordId> ids = identity.ids();
		this.known = new IdentifiedRecord[ids.size()];
		this.earlier = new int[ids.size()];
		Map<RecordId, Integer> own = new HashMap<>();
		for (int i = 0; i < ids.size() && this.firstMismatch == NONE; i++) {
			this.earlier[i] = NONE;
			RecordId id = ids.get(i);
			if (id != null) {
				look(i, id, committed.apply(new TopicRecordId(identity.topicId(), id)), own);
			}
		}
	}

	private void look(int index, RecordId id, @Nullable IdentifiedRecord stored, Map<RecordId, Integer> own) {
		byte[] payload = id.payload();
		if (stored != null) {
			this.known[index] = stored;
			this.anyKnown = true;
			payload = stored.payload();
		}
		else {
			Integer before = own.putIfAbsent(id, index);
			RecordId same = (before != null) ? this.identity.ids().get(before) : null;
			if (before != null && same != null) {
				this.earlier[index] = before;
				payload = same.payload();
			}
		}
		if (!Arrays.equals(payload, id.payload())) {
			this.firstMismatch = index;
		}
	}

	/**
	 * The first record whose id is known with another payload.
	 * @return its place in the request, or −1
	 */
	public int firstMismatch() {
		return this.firstMismatch;
	}

	/**
	 * The records that are to be stored. Of a request that has an id as a whole all are,
	 * or none: what it was told first may be forgotten in part.
	 * @return their places in the request
	 */
	public BitSet fresh() {
		BitSet fresh = new BitSet();
		for (int i = 0; i < this.known.length; i++) {
			fresh.set(i, this.known[i] == null && this.earlier[i] == NONE && !(this.identity.whole() && this.anyKnown));
		}
		return fresh;
	}

	/**
	 * The record of which one is a duplicate, if it is known.
	 * @param index the place of the duplicate in the request
	 * @return the record that was stored under its id, or null
	 */
	public @Nullable IdentifiedRecord known(int index) {
		return this.known[index];
	}

	/**
	 * The earlier record of the request of which one is a duplicate.
	 * @param index the place of the duplicate in the request
	 * @return the place of the earlier one, or −1
	 */
	public int earlier(int index) {
		return this.earlier[index];
	}

}
