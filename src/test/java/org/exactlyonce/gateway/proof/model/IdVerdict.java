package org.exactlyonce.gateway.proof.model;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What becomes of an append with ids to partitions that are there.
 *
 * @param firstMismatch the first record whose id is known with another payload, or −1
 * @param places where each record is, up to that one
 * @param fresh which of them are new
 */
record IdVerdict(int firstMismatch, List<IdPlace> places, BitSet fresh) {

	static IdVerdict of(ModelTopic topic, IdAppend append) {
		List<IdPlace> places = new ArrayList<>();
		BitSet fresh = new BitSet();
		Map<String, IdPlace> own = new HashMap<>();
		Map<Integer, Long> ends = new HashMap<>();
		for (int i = 0; i < append.records().size(); i++) {
			String id = append.idOf(i);
			IdPlace known = (id == null) ? null : own.getOrDefault(id, topic.ids().find(id));
			if (known != null && !append.isSameAt(i, known.by(), known.index())) {
				return new IdVerdict(i, places, fresh);
			}
			if (known != null) {
				places.add(known);
				continue;
			}
			int partition = append.partitionOf(i);
			long offset = ends.getOrDefault(partition, topic.logs().get(partition).end());
			ends.put(partition, offset + 1);
			IdPlace place = new IdPlace(append, i, partition, offset, null);
			if (id != null) {
				own.put(id, place);
			}
			places.add(place);
			fresh.set(i);
		}
		return new IdVerdict(-1, places, fresh);
	}

}
