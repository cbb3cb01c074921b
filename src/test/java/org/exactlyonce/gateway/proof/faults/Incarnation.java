package org.exactlyonce.gateway.proof.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.exactlyonce.gateway.sequence.SequenceRange;
import org.exactlyonce.gateway.support.GatewayClient.Answer;

/**
 * One holder of a producer's identity, writing to one partition: some batches in flight,
 * each sent until its fate is known, old ones sent again, now and then in other batches.
 */
final class Incarnation {

	private final Network network;

	private final History history;

	private final Random random;

	private final Executor threads;

	private final String tag;

	private final ProducerIdentity producer;

	private final int partition;

	private final long first;

	private final List<SequenceRange> pending = new ArrayList<>();

	private long next;

	private boolean fenced;

	/**
	 * Takes over.
	 * @param run what all writers share
	 * @param random makes its decisions
	 * @param tag its own, of no other incarnation
	 * @param producer what it was registered as
	 * @param partition where it writes
	 * @param next the sequence to go on with
	 */
	Incarnation(FaultRun run, Random random, String tag, ProducerIdentity producer, int partition, long next) {
		this.network = run.network();
		this.history = run.history();
		this.threads = run.threads();
		this.random = random;
		this.tag = tag;
		this.producer = producer;
		this.partition = partition;
		this.first = next;
		this.next = next;
	}

	boolean isFenced() {
		return this.fenced;
	}

	boolean isInDoubt() {
		return !this.pending.isEmpty();
	}

	/**
	 * Keeps some batches in flight until the first answers are there.
	 * @param batches how many
	 * @param maxRecords the most records of each
	 */
	void write(int batches, int maxRecords) {
		while (this.pending.size() < batches) {
			int count = (this.random.nextInt(3) == 0) ? 1 : 1 + this.random.nextInt(maxRecords);
			this.pending.add(new SequenceRange(this.next, count));
			this.next += count;
		}
		settle();
	}

	/** Sends once what is not answered yet. */
	void settle() {
		if (this.random.nextInt(10) == 0) {
			splitOne();
		}
		Map<SequenceRange, CompletableFuture<Answer>> answers = new HashMap<>();
		for (SequenceRange range : this.pending) {
			Random choices = new Random(this.random.nextLong());
			answers.put(range, CompletableFuture.supplyAsync(() -> send(choices, range), this.threads));
		}
		boolean allBefore = true; // when this round was sent
		for (Iterator<SequenceRange> ranges = this.pending.iterator(); ranges.hasNext();) {
			SequenceRange range = ranges.next();
			Answer answer = answers.get(range).join();
			boolean stored = answer != null && answer.status() < 300;
			if (answer != null && answer.status() == 403) {
				this.fenced = true;
			}
			if (answer != null && answer.status() == 409 && allBefore) {
				this.history.violated(Violation.Kind.UNEXPECTED_ANSWER,
						"All before " + range + " of " + this.tag + " was acknowledged: " + answer.text());
			}
			if (stored && this.random.nextInt(50) > 0) { // else the answer is thrown away
				ranges.remove();
			}
			allBefore = false;
		}
	}

	private Answer send(Random choices, SequenceRange range) {
		return this.network.send(choices,
				new SentAppend(this.tag, this.producer, this.partition, range.base(), range.count()));
	}

	private void splitOne() {
		for (int i = 0; i < this.pending.size(); i++) {
			SequenceRange range = this.pending.get(i);
			if (range.count() > 1) {
				int head = 1 + this.random.nextInt(range.count() - 1);
				this.pending.set(i, new SequenceRange(range.base(), head));
				this.pending.add(i + 1, new SequenceRange(range.base() + head, range.count() - head));
				return;
			}
		}
	}

	/** Sends something again that was acknowledged, however long ago, however batched. */
	void repeatOld(int maxRecords) {
		long end = this.pending.isEmpty() ? this.next : this.pending.get(0).base();
		if (end > this.first) {
			long base = this.first + this.random.nextLong(end - this.first);
			int count = (int) Math.min(end - base, 1 + this.random.nextInt(maxRecords));
			Answer answer = send(this.random, new SequenceRange(base, count));
			if (answer != null && answer.status() != 200 && !mayBeFenced(answer)) {
				this.history.violated(Violation.Kind.UNEXPECTED_ANSWER,
						"An old batch of " + this.tag + " at " + base + ": " + answer.status() + " " + answer.text());
			}
		}
	}

	private boolean mayBeFenced(Answer answer) {
		this.fenced |= answer.status() == 403;
		return this.fenced;
	}

}
