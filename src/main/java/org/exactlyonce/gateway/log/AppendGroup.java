package org.exactlyonce.gateway.log;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.sequence.AppendDecision;
import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.exactlyonce.gateway.sequence.SequenceRange;
import org.exactlyonce.gateway.sequence.SequenceState;
import org.jspecify.annotations.Nullable;

/**
 * The fold of one group commit: judges requests in arrival order, each against the state
 * its predecessors left, and collects the rows to write. Lives in one transaction, under
 * the locks of its partitions.
 */
final class AppendGroup {

	private final Map<Integer, LogPartition> partitions;

	private final Map<ProducerSequence.Key, Sequence> sequences;

	private final Instant now;

	private final List<RecordBatch> batches = new ArrayList<>();

	private final Set<LogPartition> advanced = new LinkedHashSet<>();

	AppendGroup(Map<Integer, LogPartition> partitions, Map<ProducerSequence.Key, Sequence> sequences, Instant now) {
		this.partitions = partitions;
		this.sequences = sequences;
		this.now = now;
	}

	/**
	 * Judges requests. One that is early and patient is judged again as soon as the group
	 * has appended its predecessors.
	 * @param requests the requests, in arrival order
	 * @return their outcomes, in the same order
	 */
	List<AppendOutcome> judge(List<AppendRequest> requests) {
		AppendOutcome[] outcomes = new AppendOutcome[requests.size()];
		Map<ProducerSequence.Key, PriorityQueue<Integer>> early = new HashMap<>();
		for (int i = 0; i < outcomes.length; i++) {
			AppendRequest request = requests.get(i);
			ProducerSequence.Key key = request.sequenceKey();
			outcomes[i] = judge(request);
			if (request.patient() && outcomes[i] instanceof AppendOutcome.Refused refused && refused.isEarly()) {
				early
					.computeIfAbsent(key,
							(any) -> new PriorityQueue<>(
									Comparator.comparingLong((Integer one) -> requests.get(one).range().base())))
					.add(i);
			}
			PriorityQueue<Integer> waiting = early.get(key);
			while (waiting != null && !waiting.isEmpty() && !isEarly(key, requests.get(waiting.peek()))) {
				int next = waiting.poll();
				outcomes[next] = judge(requests.get(next));
			}
		}
		return new ArrayList<>(Arrays.asList(outcomes));
	}

	private boolean isEarly(ProducerSequence.@Nullable Key key, AppendRequest request) {
		Sequence sequence = this.sequences.get(key);
		return sequence == null || request.range().base() > sequence.state.nextSequence();
	}

	private AppendOutcome judge(AppendRequest request) {
		ProducerIdentity identity = request.identity();
		ProducerSequence.Key key = request.sequenceKey();
		if (identity == null || key == null) {
			return append(request, null);
		}
		Sequence sequence = this.sequences.get(key);
		if (sequence == null) {
			throw new IllegalStateException("The state of " + key + " was not read");
		}
		return sequence.state.decide(identity, request.range()).match(new AppendDecision.Cases<AppendOutcome>() {
			@Override
			public AppendOutcome append(AppendDecision.Append decision) {
				return AppendGroup.this.append(request, sequence);
			}

			@Override
			public AppendOutcome duplicate(AppendDecision.Duplicate decision) {
				return new AppendOutcome.Repeated(sequence.state.nextSequence());
			}

			@Override
			public AppendOutcome refused(AppendDecision.Refusal decision) {
				return new AppendOutcome.Refused(decision);
			}
		});
	}

	private AppendOutcome append(AppendRequest request, @Nullable Sequence sequence) {
		LogPartition partition = this.partitions.get(request.partition());
		if (partition == null) {
			throw new IllegalStateException("Partition " + request.partition() + " was not locked");
		}
		long baseOffset = partition.advance(request.batch().recordCount());
		long lastOffset = partition.logEndOffset() - 1;
		this.advanced.add(partition);
		Instant appendedAt = partition.appendAt(this.now);
		this.batches.add(new RecordBatch(request, baseOffset, appendedAt));
		SequenceRange range = request.range();
		ProducerIdentity identity = request.identity();
		if (sequence == null || identity == null) {
			return new AppendOutcome.Stored(new Receipt(request.partition(), null, null, null, null, baseOffset,
					lastOffset, null, false, appendedAt));
		}
		if (sequence.state.lastSequence() == SequenceState.NONE) {
			partition.countProducer();
		}
		sequence.state = sequence.state.after(range);
		sequence.lastOffset = lastOffset;
		sequence.changed = true;
		return new AppendOutcome.Stored(
				new Receipt(request.partition(), identity.producerId(), identity.producerEpoch(), range.base(),
						range.last(), baseOffset, lastOffset, range.last() + 1, false, appendedAt));
	}

	boolean writes() {
		return !this.batches.isEmpty();
	}

	boolean write(GroupRows rows) {
		Map<ProducerSequence.Key, Sequence> changed = states();
		this.sequences.forEach((key, sequence) -> {
			if (sequence.changed) {
				changed.put(key, sequence);
			}
		});
		return rows.write(this.batches, changed, this.advanced);
	}

	/** One producer in one partition, as it was read and as the group leaves it. */
	static final class Sequence {

		private final @Nullable Long version;

		private SequenceState state;

		private long lastOffset;

		private boolean changed;

		/**
		 * The state as it was read.
		 * @param state the committed state
		 * @param version the row's version, or null if there is no row yet
		 */
		Sequence(SequenceState state, @Nullable Long version) {
			this.state = state;
			this.version = version;
		}

		SequenceState state() {
			return this.state;
		}

		long lastSequence() {
			return this.state.lastSequence();
		}

		long lastOffset() {
			return this.lastOffset;
		}

		/** The row's version as it was read, or null if there is no row yet. */
		@Nullable Long version() {
			return this.version;
		}

	}

	/**
	 * Collects states by key.
	 * @return an empty map that keeps its order
	 */
	static Map<ProducerSequence.Key, Sequence> states() {
		return new LinkedHashMap<>();
	}

}
