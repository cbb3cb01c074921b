package org.exactlyonce.gateway.commit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

import org.exactlyonce.gateway.ids.IdJudge;
import org.exactlyonce.gateway.ids.IdJudgement;
import org.exactlyonce.gateway.ids.IdLog;
import org.exactlyonce.gateway.ids.KnownId;
import org.exactlyonce.gateway.ids.RecordPlace;
import org.exactlyonce.gateway.ids.TopicRecordId;
import org.exactlyonce.gateway.log.RecordBatch;
import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.producer.SequenceRow;
import org.exactlyonce.gateway.sequence.AppendDecision;
import org.exactlyonce.gateway.sequence.AppendIdentity;
import org.jspecify.annotations.Nullable;

/**
 * The fold of one group commit: judges requests in arrival order, each against the state
 * its predecessors left, and collects what is to be written. Changes nothing that it is
 * given.
 */
final class AppendGroup {

	private final GroupState committed;

	private final Instant now;

	private final List<RecordBatch> batches = new ArrayList<>();

	/** Only what the group has changed. */
	private final Map<ProducerSequence.Key, SequenceRow> sequences = new LinkedHashMap<>();

	private final Map<Integer, PartitionState> partitions = new LinkedHashMap<>();

	/** Only those that the group adds, in the order in which they are written. */
	private final Map<TopicRecordId, KnownId> ids = new TreeMap<>();

	/** Holds in every partition of the group. */
	private final Map<Long, String> claims = new TreeMap<>();

	private AppendGroup(GroupState committed, Instant now) {
		this.committed = committed;
		this.now = now;
	}

	/**
	 * Judges requests. One that is early and patient is judged again as soon as the group
	 * has appended its predecessors.
	 * @param committed what is committed, under the locks of its partitions
	 * @param requests the requests, in arrival order
	 * @param now when they are appended, after the locks were granted
	 * @return the judgements, and what to write
	 */
	static Judged judge(GroupState committed, List<AppendRequest> requests, Instant now) {
		AppendGroup group = new AppendGroup(committed, now);
		List<Judgement> judgements = group.judge(requests);
		return new Judged(judgements,
				new Judged.Changes(group.batches, group.sequences, group.partitions.values(), group.claims, group.ids));
	}

	private List<Judgement> judge(List<AppendRequest> requests) {
		Judgement[] judgements = new Judgement[requests.size()];
		Map<ProducerSequence.Key, PriorityQueue<Early>> early = new HashMap<>();
		for (int i = 0; i < judgements.length; i++) {
			AppendRequest request = requests.get(i);
			judgements[i] = judge(request);
			if (!(request.identity() instanceof AppendIdentity.Sequenced identity)) {
				continue;
			}
			ProducerSequence.Key key = request.key(identity);
			if (request.patience().isGranted() && judgements[i].isEarly()) {
				early.computeIfAbsent(key, (any) -> new PriorityQueue<>()).add(new Early(i, identity.range().base()));
			}
			PriorityQueue<Early> waiting = early.get(key);
			while (waiting != null && !waiting.isEmpty() && !waiting.peek().isBeyond(sequence(key))) {
				int next = waiting.poll().index();
				judgements[next] = judge(requests.get(next));
			}
		}
		return Arrays.asList(judgements);
	}

	private Judgement judge(AppendRequest request) {
		if (!this.committed.has(request)) {
			return new Judgement.Gone();
		}
		return request.identity()
			.match((identity) -> judge(request, identity),
					(identity) -> judged(new IdJudge(new Ids(request)).judge(identity)),
					(identity) -> judged(new IdJudge(new Ids(request)).judge(identity)),
					(anonymous) -> new Judgement.Stored(request.parts()
						.stream()
						.map((part) -> Receipt.stored(append(request, part, false)))
						.toList()));
	}

	private Judgement judge(AppendRequest request, AppendIdentity.Sequenced identity) {
		ProducerSequence.Key key = request.key(identity);
		SequenceRow row = sequence(key);
		AppendDecision decision = isAnothers(key, row, request.principal()) ? new AppendDecision.NotOwner()
				: row.state().decide(identity.producer(), identity.range());
		return decision.match(new AppendDecision.Cases<>() {
			@Override
			public Judgement append(AppendDecision.Append decision) {
				RecordBatch batch = AppendGroup.this.append(request, request.parts().get(0), row.isNew());
				AppendGroup.this.sequences.put(key, row.after(identity.range(), batch.lastOffset()));
				claim(key, row, request.principal());
				return new Judgement.Stored(Receipt.stored(batch));
			}

			@Override
			public Judgement duplicate(AppendDecision.Duplicate decision) {
				return new Judgement.Repeated(identity, row.state().nextSequence());
			}

			@Override
			public Judgement refused(AppendDecision.Refusal decision) {
				return new Judgement.Refused(decision);
			}
		});
	}

	private static Judgement judged(IdJudgement judgement) {
		return judgement.isRefused() ? new Judgement.IdReused(judgement.firstMismatch())
				: new Judgement.Placed(judgement.places());
	}

	/** What has no owner is not another's. An id that was never issued has none. */
	private boolean isAnothers(ProducerSequence.Key key, SequenceRow row, @Nullable String principal) {
		String owner = this.claims.getOrDefault(key.producerId(), row.owner());
		return principal != null && owner != null && !owner.equals(principal);
	}

	/** Only what is stored claims: a refusal changes nothing, a duplicate may be one. */
	private void claim(ProducerSequence.Key key, SequenceRow row, @Nullable String principal) {
		if (principal != null && row.owner() == null) {
			this.claims.put(key.producerId(), principal);
		}
	}

	private RecordBatch append(AppendRequest request, AppendRequest.Part part, boolean newProducer) {
		PartitionState partition = partition(part.partition());
		RecordBatch batch = new RecordBatch(part.partition(), partition.logEndOffset(), request.identity(),
				part.batch(), partition.appendTime(this.now));
		this.batches.add(batch);
		this.partitions.put(part.partition(), partition.after(batch, newProducer));
		return batch;
	}

	private PartitionState partition(int partition) {
		PartitionState changed = this.partitions.get(partition);
		return (changed != null) ? changed : this.committed.partition(partition);
	}

	private SequenceRow sequence(ProducerSequence.Key key) {
		SequenceRow changed = this.sequences.get(key);
		return (changed != null) ? changed : this.committed.sequence(key);
	}

	/** The ids of the group, for one request. */
	private final class Ids implements IdLog {

		private final AppendRequest request;

		private Ids(AppendRequest request) {
			this.request = request;
		}

		@Override
		public @Nullable KnownId find(TopicRecordId id) {
			KnownId added = AppendGroup.this.ids.get(id);
			return (added != null) ? added : AppendGroup.this.committed.ids().get(id);
		}

		@Override
		public RecordPlace append(int part, BitSet records) {
			AppendRequest.Part sent = this.request.parts().get(part);
			RecordBatch batch = AppendGroup.this.append(this.request,
					new AppendRequest.Part(sent.partition(), sent.batch().only(records)), false);
			return new RecordPlace(batch.partition(), partition(batch.partition()).number(), batch.baseOffset(), false,
					batch.appendedAt());
		}

		@Override
		public void add(TopicRecordId id, KnownId known) {
			AppendGroup.this.ids.put(id, known);
		}

	}

	/**
	 * A patient request whose predecessors may still come within the group.
	 *
	 * @param index its place in the group
	 * @param base its first sequence
	 */
	private record Early(int index, long base) implements Comparable<Early> {

		private boolean isBeyond(SequenceRow row) {
			return this.base > row.state().nextSequence();
		}

		@Override
		public int compareTo(Early other) {
			return Long.compare(this.base, other.base);
		}

	}

}
