package org.exactlyonce.client.internals;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.exactlyonce.client.LogMismatchException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class OutboxTest {

	@TempDir
	private Path directory;

	@TempDir
	private Path other;

	@Test
	void givesWhatIsNotMarkedAsStoredByteForByte() {
		write(batch(2, 0, "a\n", "b\n"), batch(2, 2, "c\n"), batch(5, 7, "d\n"));
		Identity identity = identity(1, Map.of(2, 2L, 5, 7L));
		assertThat(restored(identity)).containsExactly("2:0:a\nb\n", "2:2:c\n", "5:7:d\n");
		try (Outbox outbox = open()) {
			outbox.restore(identity);
			outbox.stored(Place.ofRecords(2), 2);
		}
		assertThat(restored(identity)).containsExactly("2:2:c\n", "5:7:d\n");
	}

	@Test
	void leavesNothingBehindWhenAllIsStored() throws IOException {
		try (Outbox outbox = open()) {
			outbox.restore(identity(1, Map.of()));
			outbox.write(List.of(batch(2, 0, "a\n", "b\n")));
			outbox.stored(Place.ofRecords(2), 2);
		}
		assertThat(logs()).isEmpty();
	}

	@Test
	void keepsTopicsApart() {
		Place orders = new Place("orders", 2);
		Place longest = new Place("x".repeat(249), 2);
		try (Outbox outbox = open()) {
			outbox.restore(identity(1, Map.of()));
			outbox.write(List.of(batch(2, 0, "a\n"), batch(orders, 0, "b\n"), batch(longest, 0, "c\n")));
			outbox.write(List.of(batch(orders, 1, "d\n", "e\n")));
			outbox.remove(new Removal(orders, 1, 2));
		}
		assertThat(restored(identity(1, Map.of()))).containsExactly("2:0:a\n", "orders:2:0:b\n", "orders:2:1:e\n",
				longest.topic() + ":2:0:c\n");
	}

	@Test
	void takesWhatWasWrittenBeforeThereWereTopicsForRecords() throws IOException {
		String owner = "454f4f420000000d6dedb90d0100000000000000016e616d65";
		String batch = "454f4f42000000155661e3930200000002000000000000000700000004610a620a";
		String removal = "454f4f4200000015a64c7743030000000200000000000000080000000000000009";
		Files.write(this.directory.resolve("%020d.log".formatted(0)), HexFormat.of().parseHex(owner + batch));
		assertThat(restored(identity(1, Map.of(2, 7L)))).containsExactly("2:7:a\nb\n");
		Files.write(this.directory.resolve("%020d.log".formatted(0)), HexFormat.of().parseHex(owner + batch + removal));
		assertThat(restored(identity(1, Map.of(2, 7L)))).containsExactly("2:7:a\n");
	}

	@Test
	void forgetsWhatIsRemoved() {
		try (Outbox outbox = open()) {
			outbox.restore(identity(1, Map.of()));
			outbox.write(List.of(batch(2, 0, "a\n"), batch(2, 1, "b\n"), batch(2, 2, "c\n")));
			outbox.remove(new Removal(Place.ofRecords(2), 1, Removal.ALL));
			outbox.write(List.of(batch(2, 1, "x\n")));
		}
		assertThat(restored(identity(1, Map.of()))).containsExactly("2:0:a\n", "2:1:x\n");
	}

	@ParameterizedTest
	@CsvSource({ "0, 2, '0:c\nd\n;2:e\n'", "1, 2, '0:a\n;1:c\nd\n;3:e\n'", "3, 4, '0:a\nb\nc\n;3:e\n'", "1, 5, '0:a\n'",
			"0, 4, '0:e\n'", "4, 5, '0:a\nb\nc\nd\n'", "2, 9223372036854775807, '0:a\nb\n'",
			"9, 10, '0:a\nb\nc\nd\n;4:e\n'" })
	void movesDownWhatIsBehindTheRemoved(long from, long to, String left) {
		try (Outbox outbox = open()) {
			outbox.restore(identity(1, Map.of()));
			outbox.write(List.of(batch(2, 0, "a\n", "b\n", "c\n", "d\n"), batch(2, 4, "e\n"), batch(3, 0, "other\n")));
			outbox.remove(new Removal(Place.ofRecords(2), from, to));
		}
		assertThat(String.join(";", restored(identity(1, Map.of()))))
			.isEqualTo("2:" + left.replace("\\n", "\n").replace(";", ";2:") + ";3:0:other\n");
	}

	@Test
	void removesTwice() {
		write(batch(2, 0, "a\n", "b\n", "c\n"), batch(2, 3, "d\n", "e\n"));
		try (Outbox outbox = open()) {
			outbox.restore(identity(1, Map.of()));
			outbox.remove(new Removal(Place.ofRecords(2), 1, 2));
			outbox.remove(new Removal(Place.ofRecords(2), 3, 4));
			outbox.write(List.of(batch(2, 3, "x\n")));
		}
		assertThat(restored(identity(1, Map.of(2, 1L)))).containsExactly("2:0:a\n", "2:1:c\n", "2:2:d\n", "2:3:x\n");
	}

	@Test
	void deletesItsFilesWhenTheRestIsStoredUnderLowerSequences() throws IOException {
		try (Outbox outbox = open()) {
			outbox.restore(identity(1, Map.of()));
			outbox.write(List.of(batch(2, 0, "a\n", "b\n", "c\n")));
			outbox.remove(new Removal(Place.ofRecords(2), 1, 2));
			outbox.stored(Place.ofRecords(2), 2);
		}
		assertThat(logs()).isEmpty();
		write(batch(2, 2, "a\n", "b\n", "c\n"));
		try (Outbox outbox = open()) {
			outbox.restore(identity(1, Map.of(2, 2L)));
			outbox.remove(new Removal(Place.ofRecords(2), 3, 4));
			outbox.stored(Place.ofRecords(2), 4);
		}
		assertThat(logs()).isEmpty();
	}

	@Test
	void sendsTheRestOfABatchThatHadBeenSplit() {
		try (Outbox outbox = open()) {
			outbox.restore(identity(1, Map.of()));
			outbox.write(List.of(batch(2, 0, "a\n", "b\n", "c\n")));
			outbox.stored(Place.ofRecords(2), 1);
		}
		assertThat(restored(identity(1, Map.of(2, 1L)))).containsExactly("2:1:b\nc\n");
	}

	@Test
	void cutsATailThatWasNotWrittenInFull() throws IOException {
		write(batch(2, 0, "a\n"), batch(2, 1, "b\n"));
		Path log = logs().get(0);
		byte[] whole = Files.readAllBytes(log);
		long second = OutboxFile.read(log, false)
			.stream()
			.mapToLong((each) -> each.bytes().remaining() + 12)
			.limit(2)
			.sum();
		for (int length = (int) second; length < whole.length; length++) {
			Files.write(log, Arrays.copyOf(whole, length));
			assertThat(restored(identity(1, Map.of()))).as("cut at %s", length).containsExactly("2:0:a\n");
			assertThat(Files.size(log)).isEqualTo(second);
		}
		Files.write(log, Arrays.copyOf(whole, whole.length + 100));
		assertThat(restored(identity(1, Map.of()))).containsExactly("2:0:a\n", "2:1:b\n");
	}

	@Test
	void refusesToGoOnWithABrokenMiddle() throws IOException {
		write(batch(2, 0, "aaaa\n"), batch(2, 1, "b\n"));
		Path log = logs().get(0);
		byte[] whole = Files.readAllBytes(log);
		long second = OutboxFile.read(log, false)
			.stream()
			.mapToLong((each) -> each.bytes().remaining() + 12)
			.limit(2)
			.sum();
		for (int at = 0; at < second; at++) {
			try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
				file.write(whole);
				file.seek(at);
				file.write(~whole[at]);
			}
			assertThatIllegalStateException().as("broken at %s", at)
				.isThrownBy(this::open)
				.withMessageContaining("broken in its middle");
		}
		Files.write(log, whole);
		assertThat(restored(identity(1, Map.of()))).hasSize(2);
	}

	@Test
	void hasOneOwner() throws Exception {
		Path link = Files.createSymbolicLink(this.other.resolve("link"), this.directory.getParent());
		try (Outbox outbox = open()) {
			assertThat(outbox.hasFormer()).isFalse();
			assertThatIllegalStateException().isThrownBy(this::open).withMessageContaining("is in use");
			assertThatIllegalStateException()
				.isThrownBy(() -> Outbox.open(link.resolve(this.directory.getFileName()), "name"))
				.withMessageContaining("is in use");
			assertThat(openedByAnotherProcess()).contains("is in use");
		}
		assertThat(openedByAnotherProcess()).isEmpty();
		write(batch(2, 0, "a\n"));
		assertThatIllegalStateException().isThrownBy(() -> Outbox.open(this.directory, "other"))
			.withMessageContaining("belongs to the producer name");
	}

	@ParameterizedTest
	@CsvSource({ "4", "9" })
	void doesNotGoOnAsAnotherProducer(long next) {
		write(batch(2, 4, "a\n"));
		try (Outbox outbox = open()) {
			assertThatThrownBy(() -> outbox.restore(identity(2, Map.of(2, next))))
				.isInstanceOf(LogMismatchException.class);
		}
		assertThat(restored(identity(1, Map.of(2, 4L)))).containsExactly("2:4:a\n");
	}

	@Test
	void putsAsideWhatDoesNotFitTheLogAndGivesTheRest() throws IOException {
		write(batch(2, 4, "a\n"), batch(3, 4, "b\n"));
		try (Outbox outbox = open()) {
			assertThat(outbox.restore(identity(1, Map.of(2, 3L, 3, 4L)))).containsOnlyKeys(Place.ofRecords(3));
			assertThat(outbox.lost()).containsOnlyKeys(Place.ofRecords(2));
		}
		assertThat(this.directory.resolve("lost/records/2-4.ndjson")).hasContent("a\n");
		assertThat(restored(identity(1, Map.of(2, 3L, 3, 4L)))).containsExactly("3:4:b\n");
	}

	@Test
	void keepsWhatIsLostOnceOverACrashAndOverwritesNothing() throws IOException {
		write(batch(2, 4, "a\n"));
		byte[] before = Files.readAllBytes(logs().get(0));
		Path lost = this.directory.resolve("lost/records");
		for (int i = 0; i < 2; i++) {
			for (Path log : logs()) {
				Files.delete(log);
			}
			Files.write(this.directory.resolve("%020d.log".formatted(0)), before);
			assertThat(restored(identity(1, Map.of(2, 3L)))).isEmpty();
			assertThat(lost).isDirectoryContaining("glob:**/2-4.ndjson");
			try (Stream<Path> files = Files.list(lost)) {
				assertThat(files).hasSize(1);
			}
		}
		write(batch(2, 4, "other\n"));
		assertThat(restored(identity(1, Map.of(2, 3L)))).isEmpty();
		assertThat(lost.resolve("2-4.ndjson")).hasContent("a\n");
		assertThat(lost.resolve("2-4-2.ndjson")).hasContent("other\n");
	}

	@ParameterizedTest
	@CsvSource({ "0", "1" })
	void sendsNothingOfATopicThatLacksWhatWasStoredThere(long next) throws IOException {
		Place orders = new Place("orders", 2);
		try (Outbox outbox = open()) {
			outbox.restore(identity(1, Map.of()));
			outbox.write(List.of(batch(orders, 0, "a\n", "b\n"), batch(orders, 2, "c\n", "d\n")));
			outbox.stored(orders, 2);
			outbox.write(List.of(batch(2, 0, "r\n")));
		}
		Identity again = new Identity(1, 0, Map.of(orders, next));
		try (Outbox outbox = open()) {
			assertThat(outbox.restore(again)).containsOnlyKeys(Place.ofRecords(2));
			assertThat(outbox.lost()).containsOnlyKeys(orders);
		}
		assertThat(this.directory.resolve("lost/orders/2-2.ndjson")).hasContent("c\nd\n");
		try (Outbox outbox = open()) {
			outbox.restore(again);
			assertThat(outbox.lost()).as("by the next process").isEmpty();
			outbox.write(List.of(batch(orders, next, "x\n"), batch(orders, next + 1, "y\n")));
		}
		assertThat(restored(new Identity(1, 0, Map.of(orders, next + 1)))).containsExactly("2:0:r\n",
				"orders:2:" + next + ":x\n", "orders:2:" + (next + 1) + ":y\n");
	}

	@Test
	void saysAtItsCloseHowFarAllIsStored() {
		try (Outbox outbox = open()) {
			outbox.restore(identity(1, Map.of()));
			outbox.write(List.of(batch(2, 0, "a\n"), batch(2, 1, "b\n"), batch(3, 0, "c\n")));
			outbox.stored(Place.ofRecords(2), 1);
		}
		try (Outbox outbox = open()) {
			assertThat(outbox.restore(identity(1, Map.of()))).containsOnlyKeys(Place.ofRecords(3));
			assertThat(outbox.lost()).containsOnlyKeys(Place.ofRecords(2));
		}
	}

	@Test
	void deletesFullFilesWhenTheyAreStored() throws IOException {
		String line = "x".repeat(1_000_000) + "\n";
		try (Outbox outbox = open()) {
			outbox.restore(identity(1, Map.of()));
			for (int i = 0; i < 40; i++) {
				outbox.write(List.of(batch(2, i, line)));
				outbox.stored(Place.ofRecords(2), i);
				assertThat(logs()).hasSizeLessThanOrEqualTo(2);
			}
		}
		assertThat(restored(identity(1, Map.of(2, 39L)))).hasSize(1);
	}

	/** What a process says that opens and closes the outbox; nothing if it can. */
	private String openedByAnotherProcess() throws Exception {
		Path said = this.other.resolve("said");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Opener.class.getName(),
				this.directory.toString())
			.redirectErrorStream(true)
			.redirectOutput(said.toFile())
			.start();
		boolean ended = process.waitFor(1, TimeUnit.MINUTES);
		process.destroyForcibly();
		String output = Files.readString(said);
		assertThat(ended).as(output).isTrue();
		return output;
	}

	private Outbox open() {
		return Outbox.open(this.directory, "name");
	}

	private void write(Batch... batches) {
		try (Outbox outbox = open()) {
			outbox.restore(identity(1, Map.of()));
			for (Batch batch : batches) {
				outbox.write(List.of(batch));
			}
		}
	}

	private List<String> restored(Identity identity) {
		try (Outbox outbox = open()) {
			return outbox.restore(identity)
				.values()
				.stream()
				.flatMap(List::stream)
				.map((left) -> (left.place().topic().equals("records") ? "" : left.place().topic() + ":")
						+ left.place().partition() + ":" + left.base() + ":"
						+ new String(left.load().body, StandardCharsets.UTF_8))
				.sorted()
				.toList();
		}
	}

	private List<Path> logs() throws IOException {
		try (Stream<Path> files = Files.list(this.directory)) {
			return files.filter((file) -> file.toString().endsWith(".log")).sorted().toList();
		}
	}

	private static Identity identity(long id, Map<Integer, Long> next) {
		return new Identity(id, 0,
				next.entrySet().stream().collect(toMap((each) -> Place.ofRecords(each.getKey()), Map.Entry::getValue)));
	}

	private static Batch batch(int partition, long base, String... lines) {
		return batch(Place.ofRecords(partition), base, lines);
	}

	private static Batch batch(Place place, long base, String... lines) {
		return Batch.restored(place, base,
				Stream.of(lines).map((line) -> line.getBytes(StandardCharsets.UTF_8)).toList());
	}

	/** Another process. */
	static final class Opener {

		private Opener() {
		}

		public static void main(String[] args) {
			Outbox.open(Path.of(args[0]), "name").close();
		}

	}

}
