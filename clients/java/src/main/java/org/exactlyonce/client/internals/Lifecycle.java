package org.exactlyonce.client.internals;

import java.util.List;
import java.util.Map;

import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.LogMismatchException;
import org.exactlyonce.client.ProducerListener;

/**
 * How a producer begins, goes on in a new epoch, and ends. Used by the producer's thread
 * only.
 */
final class Lifecycle implements Handshake.Listener {

	private final Writers writers;

	/** Null if there is none. */
	private final Outbox outbox;

	private final ProducerListener listener;

	private boolean registered;

	private GatewayException ending;

	private boolean over;

	Lifecycle(Writers writers, Outbox outbox, ProducerListener listener) {
		this.writers = writers;
		this.outbox = outbox;
		this.listener = listener;
	}

	/** Why the producer ends; null if it does not. */
	GatewayException ending() {
		return this.ending;
	}

	/** Whether it has ended at once, so that nothing more is sent. */
	boolean isOver() {
		return this.over;
	}

	/** Whether there is something of a former process that nobody has asked for yet. */
	boolean hasFormer() {
		return this.outbox != null && this.outbox.hasFormer();
	}

	/**
	 * Learns what an answer meant for a batch.
	 * @param writer its partition
	 * @param decision the decision; null if the answer does not count
	 * @param now the time
	 */
	void decided(PartitionWriter writer, Decision decision, long now) {
		if (decision != null && decision.kind() == Decision.Kind.FENCED) {
			ended(decision.failure(), now);
		}
		else if (decision != null && decision.kind() == Decision.Kind.END) {
			end(decision.failure(), now);
		}
		else if (decision != null && decision.kind() == Decision.Kind.LOST && !writer.lost().isEmpty()) {
			this.outbox.lose(writer.place(), writer.lost(), decision.failure());
		}
	}

	/**
	 * Takes no more, and finds out what is stored of what is under way.
	 * @param failure why
	 * @param now the time
	 */
	void end(GatewayException failure, long now) {
		this.ending = (this.ending != null) ? this.ending : failure;
		this.writers.end(failure, now);
	}

	@Override
	public void registered(Identity identity, long now) {
		this.registered = true;
		Map<Place, List<FormerBatch>> left = Map.of();
		if (this.outbox != null) {
			try {
				left = this.outbox.restore(identity);
			}
			catch (LogMismatchException ex) {
				ended(ex, now);
				return;
			}
		}
		this.writers.begin(identity, left);
		if (this.outbox != null) {
			this.outbox.lost().forEach((place, why) -> this.writers.get(place, identity).lose(why));
		}
	}

	@Override
	public void fenced(Identity identity, long now) {
		this.listener.fenced(identity.epoch());
		this.writers.stopped().forEach((writer) -> settle(writer, identity.nextSequence(writer.place()), now));
	}

	private void settle(PartitionWriter writer, long nextSequence, long now) {
		Removal removal = writer.removal(nextSequence);
		if (this.outbox != null && removal != null) {
			// First on disk: what is told to be not stored, the next process must not
			// store.
			this.outbox.remove(removal);
		}
		writer.fenced(nextSequence, now);
	}

	/**
	 * Fails what waits for partitions that the gateway does not have.
	 * @param now the time
	 */
	void failMissing(long now) {
		for (PartitionWriter writer : this.writers.active()) {
			Removal removal = writer.missing().removal();
			if (this.outbox != null && removal != null) {
				this.outbox.remove(removal);
			}
			writer.missing().fail(now);
		}
	}

	@Override
	public void refused(GatewayException failure, long now) {
		if (this.registered) {
			this.writers.stopped().forEach((writer) -> writer.trouble(failure));
		}
		else {
			this.writers.fail(failure);
		}
	}

	@Override
	public void ended(GatewayException failure, long now) {
		this.over = true;
		this.ending = failure;
		this.writers.fail(failure);
	}

	@Override
	public void forgotten(LogMismatchException failure, long now) {
		end(failure, now);
		this.writers.stopped().forEach((writer) -> settle(writer, 0, now));
	}

	void close() {
		if (this.outbox != null) {
			this.outbox.close();
		}
	}

}
