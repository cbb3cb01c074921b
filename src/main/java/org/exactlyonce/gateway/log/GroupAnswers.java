package org.exactlyonce.gateway.log;

import java.util.ArrayList;
import java.util.List;

import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.sequence.SequenceState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers a group once its outcomes are durable: completes futures, holds who is early,
 * and tells those who wait for what was appended.
 */
final class GroupAnswers {

	private static final Logger log = LoggerFactory.getLogger(GroupAnswers.class);

	private final DuplicateVerifier verifier;

	private final RebatchedDuplicates rebatched;

	private final HeldAppends held;

	private final Tail tail;

	GroupAnswers(DuplicateVerifier verifier, RebatchedDuplicates rebatched, HeldAppends held, Tail tail) {
		this.verifier = verifier;
		this.rebatched = rebatched;
		this.held = held;
		this.tail = tail;
	}

	/**
	 * Answers a group. Fresh appends come first: duplicates take a look-up, and those
	 * that were batched otherwise are answered later, by other threads.
	 * @param group the group
	 * @param outcomes its durable outcomes; changed in place
	 * @return appends that were held and have their turn now
	 */
	List<PendingAppend> complete(List<PendingAppend> group, List<AppendOutcome> outcomes) {
		List<Integer> repeated = new ArrayList<>();
		for (int i = 0; i < group.size(); i++) {
			if (outcomes.get(i) instanceof AppendOutcome.Repeated) {
				repeated.add(i);
			}
			else {
				answer(group.get(i), outcomes.get(i));
			}
		}
		// after the early ones are held, or a predecessor of this group would be missed
		List<PendingAppend> released = release(outcomes);
		if (!repeated.isEmpty()) {
			boolean verified = verify(group, outcomes);
			repeated.forEach((i) -> answerRepeated(group.get(i), outcomes.get(i), verified));
		}
		return released;
	}

	private void answerRepeated(PendingAppend pending, AppendOutcome outcome, boolean verified) {
		if (!(outcome instanceof AppendOutcome.Repeated repeated)) {
			answer(pending, outcome);
		}
		else if (verified) {
			this.rebatched.submit(pending, repeated, this::answer);
		}
		else {
			pending.fail(GroupCommit.unavailable());
		}
	}

	private void answer(PendingAppend pending, AppendOutcome outcome) {
		if (outcome instanceof AppendOutcome.Stored stored) {
			// a duplicate too: after a commit of unknown outcome it is news
			this.tail.publish(stored.receipt().partition(), stored.receipt().lastOffset() + 1);
		}
		boolean early = outcome instanceof AppendOutcome.Refused refused && refused.isEarly();
		if (!(early && pending.request().patient() && this.held.hold(pending))) {
			pending.future().complete(outcome);
		}
	}

	private boolean verify(List<PendingAppend> group, List<AppendOutcome> outcomes) {
		try {
			this.verifier.verify(group.stream().map(PendingAppend::request).toList(), outcomes);
			return true;
		}
		catch (RuntimeException ex) {
			log.warn("Duplicates could not be verified", ex);
			return false;
		}
	}

	private List<PendingAppend> release(List<AppendOutcome> outcomes) {
		List<PendingAppend> released = new ArrayList<>();
		for (AppendOutcome outcome : outcomes) {
			if (outcome instanceof AppendOutcome.Stored stored) {
				Receipt receipt = stored.receipt();
				if (receipt.producerId() != null && receipt.producerEpoch() != null && receipt.lastSequence() != null) {
					released
						.addAll(this.held.release(new ProducerSequence.Key(receipt.producerId(), receipt.partition()),
								new SequenceState(receipt.producerEpoch(), receipt.lastSequence())));
				}
			}
		}
		return released;
	}

}
