package org.exactlyonce.gateway.log;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import org.exactlyonce.gateway.bounds.PageMemory;
import org.exactlyonce.gateway.bounds.ReadLimits;
import org.exactlyonce.gateway.bounds.ReadProperties;
import org.exactlyonce.gateway.commit.AppendRequest;
import org.exactlyonce.gateway.commit.Receipt;
import org.exactlyonce.gateway.commit.TestLog;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.record.RecordHeader;
import org.exactlyonce.gateway.record.RecordHeaders;
import org.exactlyonce.gateway.record.RecordValue;
import org.exactlyonce.gateway.record.TestRecords;
import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;
import static org.exactlyonce.gateway.commit.TestLog.request;

/** What a reader sees, on any database. */
abstract class LogReadContract {

	private final TestLog log;

	private final int partition;

	private final ProducerIdentity producer;

	LogReadContract(TestLog log) {
		this.log = log;
		this.partition = log.newPartition();
		this.producer = log.newProducer();
	}

	private List<String> texts(long offset, int limit) {
		return this.log.page(this.partition, offset, limit).records().stream().map(TestLog::text).toList();
	}

	private void storeSixInThreeBatches() {
		this.log.commit(request(this.partition, this.producer, 0, "0", "1", "2"), request(this.partition, null, 0, "3"),
				request(this.partition, this.producer, 3, "4", "5"));
	}

	private void storeEachAlone(List<String> values) {
		this.log.commit(
				values.stream().map((value) -> request(this.partition, null, 0, value)).toArray(AppendRequest[]::new));
	}

	@Test
	void startsInTheMiddleOfABatch() {
		storeSixInThreeBatches();
		LogReader.Page page = this.log.page(this.partition, 1, 100);
		assertThat(page.records()).extracting(LogReader.StoredRecord::offset).containsExactly(1L, 2L, 3L, 4L, 5L);
		assertThat(page.records()).extracting(LogReader.StoredRecord::sequence).containsExactly(1L, 2L, null, 3L, 4L);
		assertThat(page.logEndOffset()).isEqualTo(6);
		assertThat(texts(5, 100)).containsExactly("5");
	}

	@Test
	void endsAtTheLimit() {
		storeSixInThreeBatches();
		assertThat(texts(0, 1)).containsExactly("0");
		assertThat(texts(1, 3)).containsExactly("1", "2", "3");
		assertThat(texts(2, 3)).containsExactly("2", "3", "4");
		assertThat(texts(0, 6)).hasSize(6);
	}

	@Test
	void isEmptyPastTheEnd() {
		assertThat(texts(0, 100)).isEmpty();
		storeSixInThreeBatches();
		assertThat(texts(6, 100)).isEmpty();
		assertThat(texts(Long.MAX_VALUE >> 11, 10_000)).isEmpty();
		assertThat(this.log.page(this.partition, 1_000, 1).logEndOffset()).isEqualTo(6);
	}

	@Test
	void endsPageAtMaxPageBytesButHoldsOneRecord() {
		LogRecord large = TestRecords.bytes(new byte[3 << 20], "application/octet-stream");
		LogRecord huge = TestRecords.bytes(new byte[8 << 20], "application/octet-stream");
		for (int sequence = 0; sequence < 3; sequence++) {
			this.log.stored(request(this.partition, this.producer, sequence, List.of(large)));
		}
		this.log.stored(request(this.partition, this.producer, 3, List.of(huge)));
		assertThat(this.log.page(this.partition, 0, 100).records()).hasSize(2);
		assertThat(this.log.page(this.partition, 2, 100).records()).hasSize(1);
		assertThat(this.log.page(this.partition, 3, 100).records()).hasSize(1);
	}

	@Test
	void readsManyBatchesOfAllSizesInOrder() {
		List<String> sent = IntStream.range(0, 300)
			.mapToObj((i) -> "\"" + i + "x".repeat((i % 7 == 0) ? 1500 : i) + "\"")
			.toList();
		storeEachAlone(sent);
		for (int first : List.of(0, 1, 15, 16, 17, 143, 144, 145, 299)) {
			assertThat(texts(first, 10_000)).isEqualTo(sent.subList(first, 300));
			assertThat(texts(first, 17)).isEqualTo(sent.subList(first, Math.min(300, first + 17)));
		}
	}

	/** What retention deletes while a page is read must not shift what comes behind. */
	@Test
	void endsWhereABatchIsMissing() {
		storeEachAlone(IntStream.range(0, 40).mapToObj(Integer::toString).toList());
		for (int missing : List.of(20, 16, 10)) {
			this.log.update("delete from record_batch where partition_id = ? and base_offset = ?", this.partition,
					missing);
			LogReader.Page page = this.log.page(this.partition, 0, 100);
			assertThat(page.records()).hasSize(missing).last().extracting(TestLog::text).isEqualTo("" + (missing - 1));
			assertThat(page.nextOffset()).isEqualTo(missing);
		}
		assertThat(texts(21, 100)).hasSize(19);
	}

	@Test
	void waitsForMemoryWithoutAConnection() {
		storeSixInThreeBatches();
		PageMemory all = this.log.bean(ReadLimits.class).memory();
		// batches that tests before have compared are kept for a moment
		await().until(() -> all.tryReserve(Long.MAX_VALUE));
		CompletableFuture<LogReader.Page> page = CompletableFuture
			.supplyAsync(() -> this.log.page(this.partition, 0, 100));
		HikariPoolMXBean pool = this.log.bean(HikariDataSource.class).getHikariPoolMXBean();
		await().during(Duration.ofMillis(200)).until(() -> !page.isDone() && pool.getActiveConnections() == 0);
		all.close();
		assertThat(page.orTimeout(10, TimeUnit.SECONDS).join().records()).hasSize(6);
	}

	@Test
	void keepsNoMoreMemoryThanThePageTakes() {
		storeSixInThreeBatches();
		ReadLimits limits = this.log.bean(ReadLimits.class);
		try (PageMemory few = limits.memory(); PageMemory others = limits.memory()) {
			this.log.bean(LogReader.class).read(this.partition, 0, 100, few);
			await().until(() -> others.tryReserve(this.log.bean(ReadProperties.class).maxBytes().toBytes() - 4096));
		}
	}

	@Test
	void givesBackEveryFieldOfARecord() {
		LogRecord record = TestRecords.record("clé", RecordValue.bytes(new byte[] { 0, -1, 7 }, "image/jpeg"),
				java.util.Map.of("a", "", "b", "ü"), -1L);
		Receipt receipt = this.log.stored(request(this.partition, this.producer, 0, List.of(record)));
		assertThat(this.log.read(this.partition)).usingRecursiveComparison()
			.isEqualTo(List
				.of(new LogReader.StoredRecord(0, record, this.producer.producerId(), 0L, 0L, receipt.appendedAt())));
	}

	/** Or a reader would ask for it for ever, after a failover that lost records. */
	@Test
	void failsBelowAnEndThatTheDatabaseDoesNotReach() {
		this.log.stored(request(this.partition, null, 0, "1", "2", "3"));
		this.log.bean(DurableEnds.class).publish(this.partition, 5);
		LogReader reader = this.log.bean(LogReader.class);
		try (PageMemory memory = this.log.bean(ReadLimits.class).memory()) {
			assertThat(reader.readDurable(this.partition, 0, 10, 1_000, memory).records()).hasSize(3);
			assertThatIllegalStateException().isThrownBy(() -> reader.readDurable(this.partition, 3, 10, 1_000, memory))
				.withMessageContaining("no record 3");
		}
		assertThat(this.log.page(this.partition, 3, 10).records()).as("pages ask where it ends").isEmpty();
	}

	@Test
	void givesBackWhatOnlyAWiderBatchCanHold() {
		LogRecord record = new LogRecord(new byte[] { 0, -1 }, RecordValue.TOMBSTONE,
				RecordHeaders.of(List.of(TestRecords.header("a", "1"), TestRecords.header("a", null),
						new RecordHeader("b", new byte[] { 0, 1 }, true))),
				null);
		Receipt receipt = this.log.stored(request(this.partition, this.producer, 0, List.of(record)));
		assertThat(this.log.read(this.partition)).usingRecursiveComparison()
			.isEqualTo(List
				.of(new LogReader.StoredRecord(0, record, this.producer.producerId(), 0L, 0L, receipt.appendedAt())));
	}

}
