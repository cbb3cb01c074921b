package org.exactlyonce.client.internals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.exactlyonce.client.Delivery;
import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.LogMismatchException;
import org.exactlyonce.client.NotAuthorizedException;
import org.exactlyonce.client.NotStoredException;
import org.exactlyonce.client.ProducerListener;
import org.exactlyonce.client.UnknownOutcomeException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A producer with an outbox, one record of which is over its time.
 */
class LifecycleTest {

	private static final Identity FIRST = new Identity(1, 0, Map.of());

	private static final Identity SECOND = new Identity(1, 1, Map.of());

	@TempDir
	private Path directory;

	private final Writers writers = new Writers(new WriterLimits(Delivery.EXACTLY_ONCE, 1, 10_000, 3, 5, 1000, 10, 80));

	private Outbox outbox;

	private Lifecycle lifecycle;

	@BeforeEach
	void begin() {
		this.outbox = Outbox.open(this.directory, "name");
		this.lifecycle = new Lifecycle(this.writers, this.outbox, new ProducerListener() {
		});
		this.lifecycle.registered(FIRST, 1);
		PartitionWriter writer = this.writers.get(Place.ofRecords(0), FIRST);
		writer.add(new PendingRecord(Place.ofRecords(0), "r\n".getBytes(StandardCharsets.UTF_8),
				new CompletableFuture<>(), null, 1));
		this.outbox.write(writer.freeze(1, true));
		writer.send(1);
		release(1001);
		assertThat(this.writers.stopped()).hasSize(1);
	}

	@Test
	void tellsThatARecordIsNotStoredWhenTheDiskHasIt() throws IOException {
		this.lifecycle.fenced(SECOND, 1001);
		assertThat(release(1001)).hasExactlyElementsOfTypes(NotStoredException.class);
		this.outbox.close();
		assertThat(logs()).isEmpty();
	}

	@Test
	void tellsUnknownWhenTheDiskDoesNotTakeIt() throws IOException {
		this.outbox.close();
		for (Path log : logs()) {
			Files.delete(log);
		}
		Files.delete(this.directory.resolve("lock"));
		Files.delete(this.directory);
		assertThatThrownBy(() -> this.lifecycle.fenced(SECOND, 1001)).isInstanceOf(UncheckedIOException.class);
		assertThat(release(1001)).isEmpty();
		this.lifecycle.ended(new GatewayException("The producer has failed", null, null), 1001);
		assertThat(release(1001)).hasExactlyElementsOfTypes(UnknownOutcomeException.class);
		Files.createDirectory(this.directory);
	}

	@Test
	void asksAgainWhenAFenceIsRefused() {
		this.lifecycle.refused(new NotAuthorizedException("no", null, null), 1500);
		assertThat(release(1500)).isEmpty();
		assertThat(release(2000)).isEmpty();
		assertThat(release(2001)).singleElement()
			.isInstanceOf(UnknownOutcomeException.class)
			.satisfies((failure) -> assertThat(failure).hasRootCauseInstanceOf(NotAuthorizedException.class));
		this.outbox.close();
	}

	@Test
	void removesFromDiskWhatAnotherLogNeverHad() throws IOException {
		this.lifecycle.forgotten(new LogMismatchException("forgotten", null, null), 1001);
		assertThat(release(1001)).hasExactlyElementsOfTypes(NotStoredException.class);
		assertThat(this.lifecycle.ending()).isInstanceOf(LogMismatchException.class);
		this.outbox.close();
		assertThat(logs()).isEmpty();
	}

	private List<GatewayException> release(long now) {
		List<GatewayException> failures = new ArrayList<>();
		this.writers.release(now, (batches) -> batches.forEach((batch) -> failures.add(batch.failure)),
				(writer) -> this.outbox.stored(writer.place(), writer.acknowledged()));
		return failures;
	}

	private List<Path> logs() throws IOException {
		try (Stream<Path> files = Files.list(this.directory)) {
			return files.filter((file) -> file.toString().endsWith(".log")).toList();
		}
	}

}
