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

	private final HeldAppends held;

	private final Tail tail;

	GroupAnswers(DuplicateVerifier verifier, HeldAppends held, Tail tail) {
		this.verifier = verifier;
		this.held = held;
		this.tail = tail;
	}

	/**
	 * Answers a group. Fresh appends come first: comparing duplicates may take long.
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
			verify(group, outcomes);
			repeated.forEach((i) -> answer(group.get(i), outcomes.get(i)));
		}
		return released;
	}

	private void answer(PendingAppend pending, AppendOutcome outcome) {
		if (outcome instanceof AppendOutcome.Repeated) {
			pending.fail(GroupCommit.unavailable());
			return;
		}
		if (outcome instanceof AppendOutcome.Stored stored) {
			// a duplicate too: after a commit of unknown outcome it is news
			this.tail.publish(stored.receipt().partition(), stored.receipt().lastOffset() + 1);
		}
		boolean early = outcome instanceof AppendOutcome.Refused refused && refused.isEarly();
		if (!(early && pending.request().patient() && this.held.hold(pending))) {
			pending.future().complete(outcome);
		}
	}

	private void verify(List<PendingAppend> group, List<AppendOutcome> outcomes) {
		try {
			this.verifier.verify(group.stream().map(PendingAppend::request).toList(), outcomes);
		}
		catch (RuntimeException ex) {
			log.warn("Duplicates could not be verified", ex);
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
