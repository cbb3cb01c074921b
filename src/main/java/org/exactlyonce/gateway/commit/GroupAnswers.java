package org.exactlyonce.gateway.commit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.exactlyonce.gateway.ids.RecordPlace;
import org.exactlyonce.gateway.log.DurableEnds;
import org.exactlyonce.gateway.sequence.AppendIdentity;
import org.exactlyonce.gateway.sequence.SequenceState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers a group once its judgements are durable: completes futures, holds what is
 * early, and publishes the ends that readers wait for.
 */
final class GroupAnswers {

	private static final Logger log = LoggerFactory.getLogger(GroupAnswers.class);

	private final DuplicateVerifier verifier;

	private final RebatchedDuplicates rebatched;

	private final HeldAppends held;

	private final DurableEnds ends;

	GroupAnswers(DuplicateVerifier verifier, RebatchedDuplicates rebatched, HeldAppends held, DurableEnds ends) {
		this.verifier = verifier;
		this.rebatched = rebatched;
		this.held = held;
		this.ends = ends;
	}

	/**
	 * Answers what needs no look-up: new appends and refusals. Early ones are held.
	 * @param group the group
	 * @param judgements its durable judgements, in the same order
	 * @return the others, to be compared
	 */
	List<Retry> complete(List<PendingAppend> group, List<Judgement> judgements) {
		List<Retry> retries = new ArrayList<>();
		for (int i = 0; i < group.size(); i++) {
			judgements.get(i).match(new Answering(group.get(i))).ifPresent(retries::add);
		}
		return retries;
	}

	/**
	 * Releases appends that were held for those of a group. After the group's early ones
	 * are held, or a predecessor in it would be missed.
	 * @param group the group
	 * @param judgements its durable judgements, in the same order
	 * @return those that have their turn now
	 */
	List<PendingAppend> release(List<PendingAppend> group, List<Judgement> judgements) {
		List<PendingAppend> released = new ArrayList<>();
		for (int i = 0; i < group.size(); i++) {
			if (judgements.get(i) instanceof Judgement.Stored) {
				AppendRequest request = group.get(i).request();
				request.sequenced().ifPresent((identity) -> released.addAll(release(request, identity)));
			}
		}
		return released;
	}

	private void stored(PendingAppend pending, List<Receipt> receipts) {
		receipts.forEach((receipt) -> receipt.publish(this.ends));
		pending.future().complete(new AppendOutcome.Stored(receipts));
	}

	private void publish(List<RecordPlace> places) {
		Map<Integer, Long> last = new HashMap<>();
		for (RecordPlace place : places) {
			if (place.offset() != null) {
				last.merge(place.partition(), place.offset(), Math::max);
			}
		}
		last.forEach((partition, offset) -> this.ends.publish(partition, offset + 1));
	}

	private List<PendingAppend> release(AppendRequest request, AppendIdentity.Sequenced identity) {
		return this.held.release(request.key(identity),
				new SequenceState(identity.producer().producerEpoch(), identity.range().last()));
	}

	/**
	 * Answers retries: by one look-up, or later, by other threads, if they were batched
	 * otherwise.
	 * @param retries the retries of a group
	 */
	void compare(List<Retry> retries) {
		if (retries.isEmpty()) {
			return;
		}
		List<Optional<Receipt>> receipts;
		try {
			receipts = this.verifier.verify(retries);
		}
		catch (RuntimeException ex) {
			log.warn("Duplicates could not be verified", ex);
			retries.forEach((retry) -> retry.pending().fail(CommitProblems.notConfirmed()));
			return;
		}
		for (int i = 0; i < retries.size(); i++) {
			Retry retry = retries.get(i);
			receipts.get(i)
				.ifPresentOrElse((receipt) -> stored(retry.pending(), List.of(receipt)),
						() -> this.rebatched.submit(retry));
		}
	}

	/** A retry is left to be compared, all else is answered. */
	private final class Answering implements Judgement.Cases<Optional<Retry>> {

		private final PendingAppend pending;

		private Answering(PendingAppend pending) {
			this.pending = pending;
		}

		@Override
		public Optional<Retry> stored(Judgement.Stored judgement) {
			GroupAnswers.this.stored(this.pending, judgement.receipts());
			return Optional.empty();
		}

		@Override
		public Optional<Retry> refused(Judgement.Refused judgement) {
			boolean patient = judgement.isEarly() && this.pending.request().patience().isGranted();
			return (patient && GroupAnswers.this.held.hold(this.pending)) ? Optional.empty()
					: answer(new AppendOutcome.Refused(judgement.refusal()));
		}

		@Override
		public Optional<Retry> repeated(Judgement.Repeated judgement) {
			return Optional.of(new Retry(this.pending, judgement));
		}

		@Override
		public Optional<Retry> placed(Judgement.Placed judgement) {
			publish(judgement.places());
			return answer(new AppendOutcome.Placed(judgement.places()));
		}

		@Override
		public Optional<Retry> idReused(Judgement.IdReused judgement) {
			return answer(new AppendOutcome.IdReused(judgement.firstMismatch()));
		}

		@Override
		public Optional<Retry> gone(Judgement.Gone judgement) {
			return answer(new AppendOutcome.Gone());
		}

		private Optional<Retry> answer(AppendOutcome outcome) {
			this.pending.future().complete(outcome);
			return Optional.empty();
		}

	}

}
