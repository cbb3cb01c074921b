package org.exactlyonce.client.internals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.exactlyonce.client.LogMismatchException;
import org.exactlyonce.client.NotAuthorizedException;
import org.exactlyonce.client.NotStoredException;
import org.exactlyonce.client.Receipt;
import org.exactlyonce.client.RecordProducer;
import org.exactlyonce.client.RecordTooLargeException;
import org.exactlyonce.client.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What the next process finds in the outbox of one that was killed is exactly what was
 * not told to be not stored.
 */
@Timeout(30)
class OutboxFaultsTest {

	@TempDir
	private Path directory;

	private final ScriptedGateway gateway = new ScriptedGateway();

	@Test
	void doesNotStoreTwiceWhatStandsBehindARecordThatIsTooLarge() throws Exception {
		this.gateway.records = (request) -> ScriptedGateway.values(request).contains("big")
				? ScriptedGateway.answer(413, "{}") : null;
		try (RecordProducer producer = open()) {
			List<CompletableFuture<Receipt>> futures = send(producer, "r0", "r1", "big", "r3");
			producer.flush();
			assertThat(this.gateway.log).containsExactly("r0", "r1", "r3");
			assertThatThrownBy(futures.get(2)::get).hasCauseInstanceOf(RecordTooLargeException.class);
			assertThat(restarted()).isEmpty();
		}
	}

	@Test
	void keepsWhatStandsBehindARefusedRecordWhileItIsNotStored() throws Exception {
		this.gateway.records = (request) -> ScriptedGateway.values(request).contains("big")
				? ScriptedGateway.answer(413, "{}")
				: ScriptedGateway.values(request).contains("r3") ? ScriptedGateway.none() : null;
		try (RecordProducer producer = open()) {
			List<CompletableFuture<Receipt>> futures = send(producer, "r0", "r1", "big", "r3");
			assertThatThrownBy(() -> futures.get(2).get(5, TimeUnit.SECONDS))
				.hasCauseInstanceOf(RecordTooLargeException.class);
			assertThat(restarted()).containsExactly("2:r3");
			producer.close(Duration.ZERO);
		}
	}

	@Test
	void doesNotSendWhatWasTornFromABatchAndToldToBeNotStored() throws Exception {
		this.gateway.records = (request) -> switch (ScriptedGateway.values(request).size()) {
			case 4 -> ScriptedGateway.answer(413, "{}");
			default -> ScriptedGateway.values(request).contains("r2") ? ScriptedGateway.none() : null;
		};
		try (RecordProducer producer = open()) {
			List<CompletableFuture<Receipt>> futures = send(producer, "r0", "r1", "r2", "r3");
			assertThatThrownBy(futures.get(3)::get).hasCauseInstanceOf(NotStoredException.class);
			assertThat(restarted()).isEmpty();
		}
	}

	@ParameterizedTest
	@CsvSource({ "401", "403", "404" })
	void leavesTheOutboxAsItIsWhenAGatewayRefusesWhatAFormerProcessLeft(int status) throws Exception {
		leave(40);
		this.gateway.records = (request) -> ScriptedGateway.answer(status, "{\"code\":\"NOT_OWNER\"}");
		RecordProducer producer = open();
		CompletableFuture<Receipt> fresh = send(producer, "fresh").get(0);
		assertThatThrownBy(fresh::get)
			.hasCauseInstanceOf((status == 404) ? RefusedException.class : NotAuthorizedException.class);
		assertThat(restarted()).hasSize(40);
		int sends = this.gateway.sends.size();
		producer.close();
		assertThat(this.gateway.sends).hasSize(sends);
		this.gateway.records = (request) -> null;
		open().close();
		assertThat(this.gateway.log).hasSize(40);
	}

	@Test
	void losesOnlyTheRecordThatIsNotValid() throws Exception {
		leave(40);
		this.gateway.records = (request) -> ScriptedGateway.values(request).contains("f3")
				? ScriptedGateway.answer(400, "{}") : null;
		try (RecordProducer producer = open()) {
			send(producer, "fresh").get(0).get();
		}
		assertThat(this.gateway.log).hasSize(40)
			.doesNotContain("f3")
			.startsWith("f0", "f1", "f2", "f4")
			.endsWith("fresh");
	}

	@ParameterizedTest
	@CsvSource({ "1", "3", "6" })
	void storesOnceWhatTheLogHasAPartOf(int batch) throws Exception {
		leave(6, batch);
		this.gateway.store(List.of("f0", "f1", "f2", "f3"));
		try (RecordProducer producer = open()) {
			assertThat(send(producer, "fresh").get(0).get().sequence()).isEqualTo(6);
		}
		assertThat(this.gateway.log).containsExactly("f0", "f1", "f2", "f3", "f4", "f5", "fresh");
	}

	@ParameterizedTest
	@CsvSource({ "1, 422", "2, 422", "3, 422", "6, 422", "6, 413", "6, 400" })
	void keepsWhatTheLogHasSomebodyElsesRecordsInThePlaceOf(int batch, int status) throws Exception {
		leave(6, batch);
		List<String> others = List.of("f0", "f1", "x2", "x3");
		this.gateway.store(others);
		this.gateway.records = (request) -> (status != 422 && ScriptedGateway.values(request).contains("f2"))
				? ScriptedGateway.answer(status, "{}") : null;
		try (RecordProducer producer = open()) {
			assertThatThrownBy(send(producer, "fresh").get(0)::get).hasCauseInstanceOf(LogMismatchException.class);
		}
		assertThat(this.gateway.log).isEqualTo(others);
		assertThat(Files.readAllLines(this.directory.resolve("outbox/lost/records/0-2.ndjson")))
			.extracting((line) -> JsonParser.parseObject(line).get("valueText"))
			.containsExactly("f2", "f3", "f4", "f5");
		try (RecordProducer producer = open()) {
			assertThat(send(producer, "fresh").get(0).get().sequence()).isEqualTo(4);
		}
		assertThat(this.directory.resolve("outbox/lost/records")).isDirectoryNotContaining("glob:**/0-[!2]*");
	}

	@ParameterizedTest
	@CsvSource({ "404, UNKNOWN_PRODUCER_ID", "422, SEQUENCE_REUSED" })
	void isSilentWhenTheLogIsNotWhatItWas(int status, String code) throws Exception {
		leave(1);
		this.gateway.records = (request) -> ScriptedGateway.answer(status, "{\"code\":\"" + code + "\"}");
		this.gateway.fence = (request) -> ScriptedGateway.answer(404, "{\"code\":\"UNKNOWN_PRODUCER_ID\"}");
		RecordProducer producer = open();
		CompletableFuture<Receipt> fresh = send(producer, "fresh").get(0);
		assertThatThrownBy(fresh::get).hasCauseInstanceOf(LogMismatchException.class);
		TimeUnit.MILLISECONDS.sleep(200);
		assertThat(this.gateway.sends).hasSize(1);
		producer.close(Duration.ofMillis(100));
		assertThat(restarted()).hasSize(1);
	}

	private RecordProducer open() {
		return RecordProducer
			.open(this.gateway.settings().name("name").outbox(this.directory.resolve("outbox")).build());
	}

	private static List<CompletableFuture<Receipt>> send(RecordProducer producer, String... values) {
		List<CompletableFuture<Receipt>> futures = new ArrayList<>();
		for (String value : values) {
			futures.add(producer.send(ScriptedGateway.outgoing(value)));
		}
		return futures;
	}

	/** Leaves batches of one record each. */
	private void leave(int count) {
		leave(count, 1);
	}

	private void leave(int count, int batch) {
		try (Outbox outbox = Outbox.open(this.directory.resolve("outbox"), "name")) {
			outbox.restore(new Identity(1, 0, Map.of()));
			for (int i = 0; i < count; i += batch) {
				List<byte[]> lines = IntStream.range(i, i + batch)
					.mapToObj((record) -> RecordLine.of(ScriptedGateway.outgoing("f" + record)))
					.toList();
				outbox.write(List.of(Batch.restored(Place.ofRecords(0), i, lines)));
			}
		}
	}

	private List<String> restarted() throws Exception {
		return this.gateway.restarted(this.directory.resolve("outbox"),
				this.directory.resolve("copy" + System.nanoTime()));
	}

}
