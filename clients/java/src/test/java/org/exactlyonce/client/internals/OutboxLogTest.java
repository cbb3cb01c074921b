package org.exactlyonce.client.internals;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What an outbox leaves on a disk that was full meanwhile can be read.
 */
class OutboxLogTest {

	private static final Place PLACE = Place.ofRecords(2);

	@TempDir
	private Path directory;

	private final FullDisk.Room room = new FullDisk.Room();

	private OutboxLog log;

	@BeforeEach
	void open() {
		this.log = new OutboxLog(this.directory, new OutboxTail(this.room::create));
		this.log.setOwner(OutboxEntries.owner("name", 1));
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, 5, 12, 30 })
	void entryThatTheDiskDidNotTakeIsCutOff(long left) throws Exception {
		this.log.write(List.of(batch(0, "a\n"), batch(1, "b\n")));
		failToWrite(left, batch(2, "c\n"));
		this.log.stored(PLACE, 1);
		this.log.close(true);
		assertThat(restored(1)).containsExactly("1:b\n");
	}

	@Test
	void goesOnWhenThereIsRoomAgain() throws Exception {
		failToWrite(5, batch(0, "a\n"));
		failToWrite(40, batch(0, "a\n"));
		this.log.write(List.of(batch(0, "x\n")));
		this.log.remove(new Removal(PLACE, 7, 8));
		this.log.close(true);
		assertThat(restored(0)).containsExactly("0:x\n");
	}

	@Test
	void writesNothingBehindWhatCannotBeCutOff() throws Exception {
		this.log.write(List.of(batch(0, "a\n"), batch(1, "b\n")));
		this.room.cuts = false;
		failToWrite(5, batch(2, "c\n"));
		assertThatExceptionOfType(UncheckedIOException.class)
			.isThrownBy(() -> this.log.remove(new Removal(PLACE, 0, Removal.ALL)));
		this.log.stored(PLACE, 1);
		this.log.close(true);
		assertThat(restored(1)).as("without a mark").containsExactly("0:a\n", "1:b\n");
	}

	private void failToWrite(long left, Batch batch) {
		this.room.bytes = left;
		assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> this.log.write(List.of(batch)))
			.withMessageContaining("No space left");
		this.room.bytes = Long.MAX_VALUE;
	}

	/** What the next process sends. */
	private List<String> restored(long nextSequence) {
		try (Outbox next = Outbox.open(this.directory, "name")) {
			return next.restore(new Identity(1, 1, Map.of(PLACE, nextSequence)))
				.getOrDefault(PLACE, List.of())
				.stream()
				.map((batch) -> batch.base() + ":" + new String(batch.load().body, StandardCharsets.UTF_8))
				.toList();
		}
	}

	private static Batch batch(long base, String body) {
		return Batch.restored(PLACE, base, List.of(body.getBytes(StandardCharsets.UTF_8)));
	}

}
