package org.exactlyonce.client.internals;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.exactlyonce.client.Delivery;

/**
 * A {@link PartitionWriter} with a clock that is set by hand. Each record is a batch of
 * its own (they do not fit together), three may be under way, a record has 1000 ns from
 * {@code send} to its outcome, the first retry comes after 10 ns.
 */
final class WriterFixture {

	static final long EPOCH = 7;

	final PartitionWriter writer;

	final List<Attempt> sent = new ArrayList<>();

	final List<String> told = new ArrayList<>();

	/** What was to be removed from disk at the last fence. */
	Removal removal;

	private final int batchBytes;

	long now = 1;

	private int records;

	WriterFixture() {
		this(Delivery.EXACTLY_ONCE, 1);
	}

	WriterFixture(Delivery delivery, int batchBytes) {
		this.batchBytes = batchBytes;
		this.writer = new PartitionWriter(Place.ofRecords(0),
				new WriterLimits(delivery, batchBytes, 10_000, 3, 5, 1000, 10, 80), () -> 0.5);
		this.writer.begin(0, List.of());
	}

	/** Sends records r0, r1, …, and whatever may be sent then. */
	WriterFixture add(int count) {
		for (int i = 0; i < count; i++) {
			byte[] line = ("r" + this.records++ + "\n").getBytes(StandardCharsets.UTF_8);
			this.writer.add(new PendingRecord(Place.ofRecords(0), line, new CompletableFuture<>(), null, this.now));
		}
		return run();
	}

	/** Lets time go by, and does what is due. */
	WriterFixture at(long time) {
		this.now = time;
		return run();
	}

	WriterFixture run() {
		Removal missing = this.writer.missing().removal();
		this.removal = (missing != null) ? missing : this.removal;
		this.writer.missing().fail(this.now);
		this.writer.expire(this.now);
		release();
		this.writer.expire(this.now);
		release();
		this.writer.freeze(this.now, this.batchBytes == 1);
		for (Attempt next = this.writer.send(this.now); next != null; next = this.writer.send(this.now)) {
			this.sent.add(next);
		}
		return this;
	}

	private void release() {
		for (Batch batch : this.writer.release()) {
			String outcome = (batch.state == Batch.State.STORED) ? "stored@" + batch.answer.number("baseOffset")
					: batch.failure.getClass().getSimpleName();
			this.told.add(text(batch) + " " + outcome);
		}
	}

	/** Answers the n-th send. */
	Decision answer(int index, int status, Object... members) {
		Decision decision = this.writer.answered(this.sent.get(index), answerOf(status, 0, members), EPOCH, this.now);
		run();
		return decision;
	}

	Decision answerAfter(int index, int status, long retryAfterSeconds) {
		Decision decision = this.writer.answered(this.sent.get(index), answerOf(status, retryAfterSeconds), EPOCH,
				this.now);
		run();
		return decision;
	}

	/** Answers the n-th send: stored, at an offset 100 above its sequence. */
	void stored(int index) {
		Batch batch = this.sent.get(index).batch();
		answer(index, 201, "partition", 0, "baseSequence", batch.base, "baseOffset", 100 + batch.base, "lastOffset",
				99 + batch.end());
	}

	/** Raises the epoch. */
	void fenced(long nextSequence) {
		this.removal = this.writer.removal(nextSequence);
		this.writer.fenced(nextSequence, this.now);
		run();
	}

	/** Loses the answer to the n-th send. */
	void lost(int index) {
		this.writer.notAnswered(this.sent.get(index), new IllegalStateException("lost"), true, this.now);
		run();
	}

	/** What was sent from the n-th send on, as {@code sequence:records}. */
	List<String> sends(int from) {
		return this.sent.subList(from, this.sent.size()).stream().map((each) -> {
			long base = each.batch().base;
			return ((base == Batch.NONE) ? "" : base + ":") + text(each.batch());
		}).toList();
	}

	static Answer answerOf(int status, long retryAfterSeconds, Object... members) {
		Map<String, Object> body = new HashMap<>();
		for (int i = 0; i < members.length; i += 2) {
			body.put((String) members[i],
					(members[i + 1] instanceof Integer number) ? (Object) number.longValue() : members[i + 1]);
		}
		return new Answer(status, body, Duration.ofSeconds(retryAfterSeconds));
	}

	private static String text(Batch batch) {
		byte[] body = new byte[0];
		for (PendingRecord each : batch.records) {
			body = concat(body, each.line);
		}
		return new String(body, StandardCharsets.UTF_8).strip().replace('\n', ',');
	}

	private static byte[] concat(byte[] first, byte[] second) {
		Bytes bytes = new Bytes(first.length + second.length);
		bytes.add(first);
		bytes.add(second);
		return bytes.toArray();
	}

}
