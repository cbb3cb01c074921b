package org.exactlyonce.gateway.proof.faults;

import java.util.Random;

import org.exactlyonce.gateway.support.GatewayClient.Answer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Follows all partitions through any replica, and notes what it is shown.
 */
final class Reader implements Runnable {

	private final FaultRun run;

	private final Random random;

	private final long[] positions;

	Reader(FaultRun run, Random random) {
		this.run = run;
		this.random = random;
		this.positions = new long[run.history().places().size()];
	}

	@Override
	public void run() {
		while (this.run.isWriting()) {
			int partition = this.random.nextInt(this.positions.length);
			read(partition, this.positions[partition]);
			try {
				Thread.sleep(this.random.nextInt(40));
			}
			catch (InterruptedException ex) {
				return;
			}
		}
	}

	private void read(int partition, long offset) {
		History history = this.run.history();
		long known = history.knownEnd(partition);
		long start = history.knownStart(partition);
		Answer answer = this.run.network()
			.send(this.random, "GET", history.places().get(partition).path() + "/records?limit=2000&offset=" + offset,
					null);
		if (answer == null || answer.status() == 503 || answer.status() == 429) {
			return;
		}
		if (answer.status() == 410 && history.places().get(partition).retained()) {
			goOn(partition, offset, start, answer);
			return;
		}
		if (answer.status() != 200) {
			history.violated(Violation.Kind.UNEXPECTED_ANSWER, "Read: " + answer.status() + " " + answer.text());
			return;
		}
		JsonNode page;
		try {
			page = answer.json();
		}
		catch (JacksonException ex) {
			return; // cut off
		}
		long end = page.get("logEndOffset").longValue();
		if (end < known) {
			history.violated(Violation.Kind.STALE,
					"partition %d ended at %d, and then at %d".formatted(partition, known, end));
		}
		history.sawEnd(partition, end);
		page.get("records").forEach((record) -> history.saw(partition, StoredRecord.of(record)));
		this.positions[partition] = page.get("nextOffset").longValue();
	}

	/** Goes on where the partition starts by now. */
	private void goOn(int partition, long offset, long known, Answer answer) {
		long start;
		try {
			start = answer.json().get("logStartOffset").longValue();
		}
		catch (JacksonException ex) {
			return; // cut off
		}
		if (start <= offset || start < known) {
			this.run.history()
				.violated(Violation.Kind.STALE, "partition %d started at %d, and no later than at %d: %s"
					.formatted(partition, known, offset, answer.text()));
		}
		this.run.history().sawStart(partition, start);
		this.positions[partition] = start;
	}

}
