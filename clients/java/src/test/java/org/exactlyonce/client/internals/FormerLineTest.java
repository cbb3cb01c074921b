package org.exactlyonce.client.internals;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.exactlyonce.client.Delivery;
import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.NotAuthorizedException;
import org.exactlyonce.client.ProducerClosedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A partition of which a former process left {@code a,b,c,d} at sequence 4 and {@code e},
 * {@code f}, {@code g} behind it, and of this process {@code r}.
 */
class FormerLineTest {

	@TempDir
	private Path directory;

	private final PartitionWriter writer = new PartitionWriter(Place.ofRecords(0),
			new WriterLimits(Delivery.EXACTLY_ONCE, 1, 10_000, 3, 5, 1000, 10, 80), () -> 0.5);

	private final List<Attempt> sent = new ArrayList<>();

	private final List<String> told = new ArrayList<>();

	@BeforeEach
	void begin() {
		try (Outbox outbox = Outbox.open(this.directory, "name")) {
			outbox.restore(new Identity(1, 0, Map.of()));
			outbox.write(List.of(batch(4, "a", "b", "c", "d"), batch(8, "e"), batch(9, "f"), batch(10, "g")));
		}
		try (Outbox outbox = Outbox.open(this.directory, "name")) {
			this.writer.begin(4,
					outbox.restore(new Identity(1, 1, Map.of(Place.ofRecords(0), 4L))).get(Place.ofRecords(0)));
		}
		this.writer.add(new PendingRecord(Place.ofRecords(0), line("r"), new CompletableFuture<>(), null, 1));
	}

	@Test
	void goesBeforeAnythingElse() {
		assertThat(run(1)).containsExactly("4:a,b,c,d", "8:e", "9:f");
		stored(0);
		assertThat(run(1)).containsExactly("10:g");
		assertThat(this.writer.acknowledged()).isEqualTo(8);
		for (int i = 1; i < 4; i++) {
			stored(i);
		}
		assertThat(run(1)).containsExactly("11:r");
		assertThat(this.told).containsExactly("a,b,c,d STORED", "e STORED", "f STORED", "g STORED");
		stored(4);
		run(1);
		assertThat(this.writer.isIdle()).isTrue();
	}

	@Test
	void isReadFromDiskWhenItIsSent() throws IOException {
		run(1);
		Path log = this.directory.resolve("00000000000000000000.log");
		try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
			file.seek(file.length() - 2);
			file.write('G');
		}
		stored(0);
		assertThat(run(1)).containsExactly("10:G");
	}

	@Test
	void isSentAgainWithoutATimeOutWhileOthersTimeOut() {
		run(1);
		this.writer.notAnswered(this.sent.get(0), new IllegalStateException("lost"), true, 1);
		assertThat(run(11)).containsExactly("4:a,b,c,d");
		run(1001);
		run(1001);
		assertThat(this.told).containsExactly("r NotStoredException");
		assertThat(this.writer.isStopped()).isFalse();
		assertThat(this.writer.isDone()).isTrue();
		assertThat(this.writer.isIdle()).isFalse();
	}

	@Test
	void losesOnlyTheRecordThatIsNotValid() {
		run(1);
		answer(0, 400);
		assertThat(run(1)).containsExactly("4:a,b");
		stored(3);
		assertThat(run(1)).containsExactly("6:c,d");
		answer(4, 400);
		run(1);
		answer(5, 400);
		assertThat(this.sent.get(5).batch().base).isEqualTo(6);
		assertThat(this.writer.isStopped()).isTrue();
		assertThat(this.writer.removal(6)).isEqualTo(new Removal(Place.ofRecords(0), 6, 7));
		this.writer.fenced(6, 1);
		assertThat(run(1)).containsExactly("6:d", "7:e", "8:f");
		assertThat(this.told).containsExactly("a,b STORED", "c InvalidRecordException");
		for (int i = this.sent.size() - 3; i < this.sent.size(); i++) {
			stored(i);
		}
		assertThat(run(1)).containsExactly("9:g");
		stored(this.sent.size() - 1);
		assertThat(run(1)).containsExactly("10:r");
	}

	@ParameterizedTest
	@CsvSource({ "400", "413" })
	void countsNoAnswerFromBeforeAFence(int status) {
		run(1);
		answer(1, 400);
		this.writer.fenced(4, 1);
		assertThat(answer(0, status)).isNull();
		assertThat(answer(2, status)).isNull();
		assertThat(this.writer.isStopped()).isFalse();
		assertThat(run(1)).containsExactly("4:a,b,c,d", "8:f", "9:g");
	}

	@Test
	void takesNothingForStoredBecauseAFenceSaysHowFarTheLogIs() {
		run(1);
		answer(2, 400);
		this.writer.fenced(9, 1);
		assertThat(run(1)).containsExactly("4:a,b,c,d");
		assertThat(this.writer.acknowledged()).isEqualTo(4);
		stored(3);
		assertThat(run(1)).containsExactly("8:e");
		answer(4, 422, "code", "SEQUENCE_REUSED", "firstMismatch", 8);
		assertThat(this.writer.lost()).extracting(FormerBatch::base).containsExactly(8L, 9L);
		assertThat(run(1)).isEmpty();
	}

	@Test
	void losesTheRecordThatWasRefusedFirst() {
		run(1);
		answer(1, 400);
		answer(2, 400);
		assertThat(this.writer.removal(4)).isEqualTo(new Removal(Place.ofRecords(0), 8, 9));
		this.writer.fenced(4, 1);
		assertThat(run(1)).containsExactly("4:a,b,c,d", "8:f", "9:g");
	}

	@ParameterizedTest
	@CsvSource({ "401", "403", "404", "415" })
	void staysOnDiskWhenItIsRefusedForAnotherReason(int status) {
		run(1);
		Decision decision = answer(0, status);
		assertThat(decision.kind()).isEqualTo(Decision.Kind.END);
		this.writer.end(decision.failure(), 1);
		assertThat(run(1)).isEmpty();
		assertThat(run(100_000)).isEmpty();
		assertThat(this.told).containsExactly("r " + decision.failure().getClass().getSimpleName());
		assertThat(this.writer.isStopped()).isFalse();
		assertThat(this.writer.wakeAt(true, true)).isEqualTo(Long.MAX_VALUE);
		assertThat(this.writer.acknowledged()).isEqualTo(4);
	}

	@Test
	void isNotSentByAProducerThatHasEnded() {
		run(1);
		this.writer.end(new ProducerClosedException("closed", null, null), 1);
		this.writer.notAnswered(this.sent.get(0), new NotAuthorizedException("no", null, null), false, 1);
		answer(1, 400);
		assertThat(this.writer.isStopped()).isFalse();
		assertThat(run(1_000_000)).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "3", "12" })
	void takesNoMoreIfTheLogIsNotWhatItWas(long nextSequence) {
		run(1);
		answer(1, 413);
		assertThat(this.writer.removal(nextSequence)).isNull();
		this.writer.fenced(nextSequence, 1);
		assertThat(run(100_000)).isEmpty();
		assertThat(this.told).containsExactly("r LogMismatchException");
		assertThat(this.writer.isStopped()).isFalse();
	}

	@Test
	void waitsForATopicThatIsMissing() {
		run(1);
		for (int i = 0; i < 3; i++) {
			answer(i, 404, "code", "UNKNOWN_TOPIC");
		}
		assertThat(run(80)).isEmpty();
		assertThat(this.told).containsExactly("r UnknownPartitionException");
		assertThat(this.writer.isParked()).isTrue();
		assertThat(this.writer.isIdle()).isFalse();
		assertThat(this.writer.wakeAt(true, true)).isEqualTo(81);
		assertThat(run(81)).containsExactly("4:a,b,c,d", "8:e", "9:f");
		stored(3);
		assertThat(this.writer.isParked()).isFalse();
	}

	private List<String> run(long now) {
		int before = this.sent.size();
		this.writer.expire(now);
		for (Batch batch : this.writer.release()) {
			GatewayException failure = batch.failure;
			this.told.add(text(batch) + " " + ((failure != null) ? failure.getClass().getSimpleName() : batch.state));
		}
		this.writer.freeze(now, true);
		for (Attempt next = this.writer.send(now); next != null; next = this.writer.send(now)) {
			this.sent.add(next);
		}
		return this.sent.subList(before, this.sent.size())
			.stream()
			.map((each) -> each.batch().base + ":" + text(each.batch()))
			.toList();
	}

	private Decision answer(int index, int status, Object... members) {
		return this.writer.answered(this.sent.get(index), WriterFixture.answerOf(status, 0, members), 7, 1);
	}

	private void stored(int index) {
		Batch batch = this.sent.get(index).batch();
		this.writer.answered(this.sent.get(index), WriterFixture.answerOf(201, 0, "partition", 0, "baseSequence",
				batch.base, "baseOffset", batch.base, "lastOffset", batch.end() - 1), 7, 1);
	}

	private static String text(Batch batch) {
		return new String(batch.body, StandardCharsets.UTF_8).strip().replace('\n', ',');
	}

	private static byte[] line(String text) {
		return (text + "\n").getBytes(StandardCharsets.UTF_8);
	}

	private static Batch batch(long base, String... lines) {
		return Batch.restored(Place.ofRecords(0), base, List.of(lines).stream().map(FormerLineTest::line).toList());
	}

}
