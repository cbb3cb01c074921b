package org.exactlyonce.gateway.proof.exhaustion;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Each fault, planted in a small trace, is found. */
class SyncOrderTest {

	private static final String ARRIVAL = """
			11 1.0 read(14<TCPv6:[[::1]:80->[::1]:9]>, "POST / HTTP/1.1\\r\\nX-Request: r1\\r\\n", 8192) = 90""";

	private static final String WRITE = """
			12 1.1 pwrite64(9</d/gateway.mv.db>, "chunk:5 data-1", 4096, 8192) = 4096""";

	private static final String SYNC = "13 1.2 fsync(9</d/gateway.mv.db>) = 0";

	private static final String ANSWER = """
			14 1.3 write(14<TCPv6:[[::1]:80->[::1]:9]>, "HTTP/1.1 201 \\r\\n", 90) = 90""";

	private static String fault(String... lines) {
		return new SyncOrder(List.of(lines), (file) -> file.endsWith(".mv.db")).fault("r1", "data-1").orElse("");
	}

	@Test
	void findsNoFaultInTheRightOrder() {
		assertThat(fault(ARRIVAL, WRITE, SYNC, ANSWER)).isEmpty();
	}

	@Test
	void readsCallsThatOverlap() {
		assertThat(fault("11 0.9 read(14<TCPv6:[[::1]:80->[::1]:9]>,  <unfinished ...>",
				"12 1.1 pwrite64(9</d/gateway.mv.db>, \"data-1\", 4096, 8192 <unfinished ...>",
				"11 1.0 <... read resumed>\"POST / X-Request: r1\", 8192) = 90",
				"12 1.1 <... pwrite64 resumed>) = 4096", "13 1.2 fsync(9</d/gateway.mv.db> <unfinished ...>",
				"15 1.2 read(3</proc/stat>, \"\", 10) = 0", "13 1.2 <... fsync resumed>) = 0", ANSWER))
			.isEmpty();
	}

	@Test
	void findsAnAnswerBeforeTheSync() {
		assertThat(fault(ARRIVAL, WRITE, ANSWER, SYNC)).startsWith("no sync began");
	}

	@Test
	void findsASyncBeforeTheWrite() {
		assertThat(fault(ARRIVAL, SYNC, WRITE, ANSWER)).startsWith("no sync began");
	}

	@Test
	void findsASyncThatBeganBeforeTheWriteHadEnded() {
		assertThat(fault(ARRIVAL, "12 1.1 pwrite64(9</d/gateway.mv.db>, \"data-1\", 4096, 8192 <unfinished ...>", SYNC,
				"12 1.1 <... pwrite64 resumed>) = 4096", ANSWER))
			.startsWith("no sync began");
	}

	@Test
	void findsASyncBeforeTheRequest() {
		assertThat(fault(WRITE, SYNC, ARRIVAL, ANSWER)).startsWith("no sync began");
	}

	@Test
	void findsAWriteBehindTheSync() {
		assertThat(
				fault(ARRIVAL, WRITE, SYNC, "12 1.25 pwrite64(9</d/gateway.mv.db>, \"commit\", 6, 12288) = 6", ANSWER))
			.startsWith("no sync began");
	}

	@Test
	void findsASyncOfAnotherFile() {
		assertThat(fault(ARRIVAL, WRITE, "13 1.2 fsync(8</d/other.db>) = 0", ANSWER))
			.isEqualTo("another file was synced");
	}

	@Test
	void findsASyncThatHadNotEnded() {
		assertThat(fault(ARRIVAL, WRITE, "13 1.2 fsync(9</d/gateway.mv.db> <unfinished ...>", ANSWER,
				"13 1.4 <... fsync resumed>) = 0"))
			.startsWith("the sync had not ended");
		assertThat(fault(ARRIVAL, WRITE, "13 1.2 fsync(9</d/gateway.mv.db> <unfinished ...>", ANSWER))
			.startsWith("the sync had not ended");
	}

	@Test
	void findsAWriteThatHadNotEnded() {
		assertThat(fault(ARRIVAL, "12 1.1 pwrite64(9</d/gateway.mv.db>, \"data-1\", 4096, 8192 <unfinished ...>", SYNC,
				ANSWER, "12 1.1 <... pwrite64 resumed>) = 4096"))
			.startsWith("a write had not ended");
	}

	@Test
	void findsASyncThatFailed() {
		assertThat(fault(ARRIVAL, WRITE, "13 1.2 fsync(9</d/gateway.mv.db>) = -1 EIO (Input/output error)", ANSWER))
			.isEqualTo("the sync failed");
	}

	@Test
	void findsDataThatWasNotWritten() {
		assertThat(fault(ARRIVAL, SYNC, ANSWER)).startsWith("the data was not written");
	}

	@Test
	void findsThatTheTraceShowsNothing() {
		assertThat(fault(WRITE, SYNC, ANSWER)).startsWith("the request is not");
		assertThat(fault(ARRIVAL, WRITE, SYNC)).startsWith("the answer is not");
	}

}
