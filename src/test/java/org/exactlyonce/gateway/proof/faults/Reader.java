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
		this.positions = new long[run.history().partitions()];
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
		Answer answer = this.run.network()
			.send(this.random, "GET", "/partitions/" + partition + "/records?limit=2000&offset=" + offset, null);
		if (answer == null || answer.status() == 503 || answer.status() == 429) {
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

}
