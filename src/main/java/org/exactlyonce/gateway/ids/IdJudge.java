package org.exactlyonce.gateway.ids;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.exactlyonce.gateway.sequence.AppendIdentity;
import org.exactlyonce.gateway.sequence.RecordId;
import org.jspecify.annotations.Nullable;

/**
 * The rule of ids: what is new is stored, what is known is told its place, and one wrong
 * payload refuses all of a request. Nothing is appended before all of it was looked at.
 */
public final class IdJudge {

	private static final int NONE = -1;

	private final IdLog log;

	/**
	 * Judges requests against what is stored.
	 * @param log what is stored, and takes what is new
	 */
	public IdJudge(IdLog log) {
		this.log = log;
	}

	/**
	 * Judges a request that has an id as a whole.
	 * @param request the id, and where its records go
	 * @return where they are, or that the id is another request's
	 */
	public IdJudgement judge(AppendIdentity.Keyed request) {
		TopicRecordId id = new TopicRecordId(request.topicId(), request.id());
		KnownId known = this.log.find(id);
		if (known != null) {
			return request.id().isSameAs(known.payload())
					? IdJudgement.at(known.places().get().stream().map(RecordPlace::again).toList())
					: IdJudgement.reused(0);
		}
		List<RecordPlace> places = append(request.partOf(), all(request.partOf().length));
		this.log.add(id, KnownId.of(request.id().payload(), true, last(places), places));
		return IdJudgement.at(places);
	}

	private static BitSet all(int count) {
		BitSet all = new BitSet();
		all.set(0, count);
		return all;
	}

	private static Instant last(List<RecordPlace> places) {
		return places.stream()
			.map(RecordPlace::appendedAt)
			.filter(Objects::nonNull)
			.max(Instant::compareTo)
			.orElseThrow();
	}

	/**
	 * Judges a request whose records have ids.
	 * @param request the ids, and where the records go
	 * @return where each record is, or the first whose id is another record's
	 */
	public IdJudgement judge(AppendIdentity.Identified request) {
		List<@Nullable RecordId> ids = request.ids();
		@Nullable KnownId[] known = new KnownId[ids.size()];
		int[] earlier = new int[ids.size()];
		Map<RecordId, Integer> own = new HashMap<>();
		BitSet fresh = new BitSet();
		for (int i = 0; i < ids.size(); i++) {
			RecordId id = ids.get(i);
			known[i] = (id != null) ? this.log.find(new TopicRecordId(request.topicId(), id)) : null;
			earlier[i] = (id != null && known[i] == null) ? index(own.putIfAbsent(id, i)) : NONE;
			if (id != null && !isSame(id, known[i], (earlier[i] != NONE) ? ids.get(earlier[i]) : null)) {
				return IdJudgement.reused(i);
			}
			fresh.set(i, known[i] == null && earlier[i] == NONE);
		}
		List<RecordPlace> appended = append(request.partOf(), fresh);
		List<RecordPlace> places = new ArrayList<>(ids.size());
		int next = 0;
		for (int i = 0; i < ids.size(); i++) {
			KnownId before = known[i];
			RecordPlace place = (before != null) ? before.first().again()
					: (earlier[i] != NONE) ? places.get(earlier[i]).again() : appended.get(next++);
			places.add(place);
			add(request, ids.get(i), place);
		}
		return IdJudgement.at(places);
	}

	private static int index(@Nullable Integer before) {
		return (before != null) ? before : NONE;
	}

	private static boolean isSame(RecordId id, @Nullable KnownId known, @Nullable RecordId earlier) {
		byte[] payload = (known != null) ? known.payload() : (earlier != null) ? earlier.payload() : null;
		return payload == null || id.isSameAs(payload);
	}

	private void add(AppendIdentity.Identified request, @Nullable RecordId id, RecordPlace place) {
		Instant appendedAt = place.appendedAt();
		if (id != null && !place.duplicate() && appendedAt != null) {
			this.log.add(new TopicRecordId(request.topicId(), id),
					KnownId.of(id.payload(), false, appendedAt, List.of(place)));
		}
	}

	/** Appends records of a request, part by part; their places are in its order. */
	private List<RecordPlace> append(int[] partOf, BitSet fresh) {
		int parts = Arrays.stream(partOf).max().orElse(NONE) + 1;
		BitSet[] kept = new BitSet[parts];
		int[] sizes = new int[parts];
		for (int i = 0; i < partOf.length; i++) {
			kept[partOf[i]] = (kept[partOf[i]] != null) ? kept[partOf[i]] : new BitSet();
			kept[partOf[i]].set(sizes[partOf[i]]++, fresh.get(i));
		}
		@Nullable RecordPlace[] firsts = new RecordPlace[parts];
		for (int part = 0; part < parts; part++) {
			firsts[part] = kept[part].isEmpty() ? null : this.log.append(part, kept[part]);
		}
		int[] next = new int[parts];
		List<RecordPlace> places = new ArrayList<>(fresh.cardinality());
		for (int i = fresh.nextSetBit(0); i >= 0; i = fresh.nextSetBit(i + 1)) {
			RecordPlace first = Objects.requireNonNull(firsts[partOf[i]]);
			long base = Objects.requireNonNull(first.offset());
			places.add(new RecordPlace(first.partition(), first.number(), base + next[partOf[i]]++, false,
					first.appendedAt()));
		}
		return places;
	}

}
