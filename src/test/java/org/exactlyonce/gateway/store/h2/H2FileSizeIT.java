package org.exactlyonce.gateway.store.h2;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

import org.exactlyonce.gateway.commit.AppendOutcome;
import org.exactlyonce.gateway.commit.Lanes;
import org.exactlyonce.gateway.commit.TestLog;
import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.gateway.commit.TestLog.request;

/** A sync a group must not keep H2 from using the space of dead pages again. */
class H2FileSizeIT {

	private static final int APPENDS = Integer.getInteger("h2.appends", 150_000);

	private static final int IN_FLIGHT = 256;

	private static final int VALUE_BYTES = 100;

	/** H2 keeps dead pages for a second; the faster the appends, the more. */
	private static final long DEAD_BYTES = 50_000_000;

	@TempDir
	private Path folder;

	@Test
	void staysUnderFiveTimesThePayloadAndASecondOfDeadPages() throws Exception {
		TestLog log = TestLog.onH2(this.folder, 1);
		try (log.context) {
			append(log);
			System.out.printf("[file size] %d appends of %d bytes: %d bytes%n", APPENDS, VALUE_BYTES, size());
			assertThat(size()).isLessThan(5L * APPENDS * VALUE_BYTES + DEAD_BYTES);
		}
	}

	/** As many producers as appends in flight, each with one append at a time. */
	private static void append(TestLog log) throws InterruptedException {
		String value = "\"" + "x".repeat(VALUE_BYTES - 2) + "\"";
		Queue<Writer> idle = new ConcurrentLinkedQueue<>();
		Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
		for (int i = 0; i < IN_FLIGHT; i++) {
			idle.add(new Writer(log.newProducer(), i % 8));
		}
		Semaphore turns = new Semaphore(IN_FLIGHT);
		for (int i = 0; i < APPENDS; i++) {
			turns.acquire();
			Writer writer = idle.remove();
			log.bean(Lanes.class)
				.submit(request(writer.partition, writer.producer, writer.next++, value))
				.whenComplete((outcome, failure) -> {
					if (!(outcome instanceof AppendOutcome.Stored)) {
						failures.add((failure != null) ? failure : new AssertionError(outcome));
					}
					idle.add(writer);
					turns.release();
				});
		}
		turns.acquire(IN_FLIGHT);
		assertThat(failures).isEmpty();
		assertThat(log.rows("select sum(log_end_offset) from log_partition")).isEqualTo(APPENDS);
	}

	private long size() throws IOException {
		return Files.size(this.folder.resolve("gateway.mv.db"));
	}

	private static final class Writer {

		private final ProducerIdentity producer;

		private final int partition;

		private long next;

		private Writer(ProducerIdentity producer, int partition) {
			this.producer = producer;
			this.partition = partition;
		}

	}

}
