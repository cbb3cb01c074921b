package org.exactlyonce.gateway.commit;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.exactlyonce.gateway.log.BatchComparer;
import org.exactlyonce.gateway.record.EncodedBatch;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.record.OldBatches;
import org.exactlyonce.gateway.record.RecordHeaders;
import org.exactlyonce.gateway.record.RecordValue;
import org.exactlyonce.gateway.record.TestRecords;
import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.gateway.commit.TestLog.request;

/** Retries are distinguished from reused sequences, on any database. */
abstract class DuplicateContract {

	private final TestLog log;

	private final int partition;

	private final ProducerIdentity producer;

	DuplicateContract(TestLog log) {
		this.log = log;
		this.partition = log.newPartition();
		this.producer = log.newProducer();
	}

	/** Sequences 0 to 5 at offsets 0, 1, 2, 4, 5 and 7. */
	private Receipt storeWithStrangersBetween() {
		ProducerIdentity stranger = this.log.newProducer();
		Receipt first = this.log.stored(request(this.partition, this.producer, 0, "a", "b", "c"));
		this.log.stored(request(this.partition, stranger, 0, "x"));
		this.log.stored(request(this.partition, this.producer, 3, "d", "e"));
		this.log.stored(request(this.partition, null, 0, "y"));
		this.log.stored(request(this.partition, this.producer, 5, "f"));
		return first;
	}

	private Receipt retry(long baseSequence, String... values) {
		long before = this.log.end(this.partition);
		Receipt receipt = this.log.stored(request(this.partition, this.producer, baseSequence, values));
		assertThat(receipt.duplicate()).isTrue();
		assertThat(this.log.end(this.partition)).isEqualTo(before);
		return receipt;
	}

	private AppendOutcome resend(long baseSequence, String... values) {
		return this.log.commit(request(this.partition, this.producer, baseSequence, values)).get(0);
	}

	@Test
	void returnsOriginalOffsetsForDuplicateOfAnyAge() {
		Receipt original = this.log.stored(request(this.partition, this.producer, 0, "0", "1"));
		for (long group = 0; group < 5; group++) {
			long base = 2 + 200 * group;
			this.log.commit(LongStream.range(base, base + 200)
				.mapToObj((sequence) -> request(this.partition, this.producer, sequence, "" + sequence))
				.toArray(AppendRequest[]::new));
		}
		assertThat(retry(0, "0", "1")).isEqualTo(new Receipt(this.partition, this.producer.producerId(), 0L, 0L, 1L, 0L,
				1L, 1002L, true, original.appendedAt()));
		assertThat(retry(500, "500").baseOffset()).isEqualTo(500);
		assertThat(retry(1001, "1001").baseOffset()).isEqualTo(1001);
	}

	@Test
	void returnsOffsetsOfPrefix() {
		storeWithStrangersBetween();
		assertThat(retry(0, "a", "b")).returns(0L, Receipt::baseOffset).returns(1L, Receipt::lastOffset);
	}

	@Test
	void returnsOffsetsOfSuffix() {
		storeWithStrangersBetween();
		assertThat(retry(4, "e")).returns(5L, Receipt::baseOffset).returns(5L, Receipt::lastOffset);
	}

	@Test
	void returnsOffsetsOfTheMiddle() {
		storeWithStrangersBetween();
		assertThat(retry(1, "b")).returns(1L, Receipt::baseOffset).returns(1L, Receipt::lastOffset);
	}

	@Test
	void returnsFirstAndLastOffsetAcrossBatchesWithStrangersBetween() {
		Receipt first = storeWithStrangersBetween();
		assertThat(retry(0, "a", "b", "c", "d", "e", "f")).returns(0L, Receipt::baseOffset)
			.returns(7L, Receipt::lastOffset)
			.returns(6L, Receipt::nextSequence)
			.returns(first.appendedAt(), Receipt::appendedAt);
		assertThat(retry(2, "c", "d")).returns(2L, Receipt::baseOffset).returns(4L, Receipt::lastOffset);
	}

	@Test
	void returnsEpochOfTheBatchThatHoldsTheFirstRecord() {
		String name = "renewed-" + this.producer.producerId();
		long id = this.log.registrations.register(name).producerId();
		this.log.stored(request(this.partition, new ProducerIdentity(id, 0), 0, "a"));
		this.log.registrations.register(name);
		ProducerIdentity renewed = new ProducerIdentity(id, 1);
		this.log.stored(request(this.partition, renewed, 1, "b"));
		assertThat(this.log.stored(request(this.partition, renewed, 0, "a", "b"))).returns(0L, Receipt::producerEpoch)
			.returns(true, Receipt::duplicate);
		assertThat(this.log.stored(request(this.partition, renewed, 1, "b"))).returns(1L, Receipt::producerEpoch);
	}

	@Test
	void namesTheFirstSequenceThatDiffers() {
		storeWithStrangersBetween();
		assertThat(resend(0, "a", "b", "C")).isEqualTo(new AppendOutcome.Reused(2));
		assertThat(resend(0, "A", "b", "C")).isEqualTo(new AppendOutcome.Reused(0));
		assertThat(resend(2, "c", "d", "E", "F")).isEqualTo(new AppendOutcome.Reused(4));
		assertThat(resend(5, "g")).isEqualTo(new AppendOutcome.Reused(5));
		assertThat(this.log.read(this.partition)).hasSize(8);
	}

	@Test
	void distinguishesRetriesFromReuseInOneGroup() {
		storeWithStrangersBetween();
		List<AppendOutcome> outcomes = this.log.commit(request(this.partition, this.producer, 3, "d", "e"),
				request(this.partition, this.producer, 3, "d", "x"), request(this.partition, this.producer, 6, "g"),
				request(this.partition, this.producer, 2, "c", "d"));
		assertThat(TestLog.receipt(outcomes.get(0)).baseOffset()).isEqualTo(4);
		assertThat(outcomes.get(1)).isEqualTo(new AppendOutcome.Reused(4));
		assertThat(TestLog.receipt(outcomes.get(2))).returns(8L, Receipt::baseOffset)
			.returns(false, Receipt::duplicate);
		assertThat(TestLog.receipt(outcomes.get(3)).lastOffset()).isEqualTo(4);
	}

	@Test
	void comparesKeysHeadersAndTimestamps() {
		RecordValue value = RecordValue.json(TestRecords.utf8("1"), null);
		Map<String, String> headers = Map.of("trace", "abc");
		this.log.stored(
				request(this.partition, this.producer, 0, List.of(TestRecords.record("key", value, headers, 1_000L))));
		assertThat(reuse(TestRecords.record("key", value, headers, 1_000L))).isInstanceOf(AppendOutcome.Stored.class);
		AppendOutcome reused = new AppendOutcome.Reused(0);
		assertThat(reuse(TestRecords.record("other", value, headers, 1_000L))).isEqualTo(reused);
		assertThat(reuse(TestRecords.record(null, value, headers, 1_000L))).isEqualTo(reused);
		assertThat(reuse(TestRecords.record("key", value, Map.of(), 1_000L))).isEqualTo(reused);
		assertThat(reuse(TestRecords.record("key", value, headers, null))).isEqualTo(reused);
		assertThat(reuse(TestRecords.record("key", value, headers, 1_001L))).isEqualTo(reused);
		LogRecord listed = new LogRecord(TestRecords.utf8("key"), value,
				RecordHeaders.of(List.of(TestRecords.header("trace", "abc"))), 1_000L);
		assertThat(reuse(listed)).isEqualTo(reused);
	}

	private AppendOutcome reuse(LogRecord record) {
		return this.log.commit(request(this.partition, this.producer, 0, List.of(record))).get(0);
	}

	@Test
	void takesAnotherMediaTypeForTheSamePayload() {
		byte[] value = { '{', '}' };
		LogRecord event = TestRecords.record(null, RecordValue.json(value, "application/cloudevents+json"), Map.of(),
				null);
		this.log.stored(request(this.partition, this.producer, 0, List.of(event)));
		this.log.stored(request(this.partition, this.producer, 1, List.of(TestRecords.bytes(value, "image/png"))));
		assertThat(retry(0, "{}")).returns(0L, Receipt::baseOffset);
		assertThat(this.log
			.stored(request(this.partition, this.producer, 1, List.of(TestRecords.bytes(value, "text/plain")))))
			.returns(true, Receipt::duplicate);
		assertThat(this.log.read(this.partition)).extracting((stored) -> stored.record().value().contentType())
			.containsExactly("application/cloudevents+json", "image/png");
	}

	/** As it is, and batched otherwise, which is compared record by record. */
	@Test
	void distinguishesJsonFromBytesOfTheSameText() {
		LogRecord bytes = TestRecords.bytes(TestRecords.utf8("1"), "text/plain");
		this.log.stored(request(this.partition, this.producer, 0, List.of(TestRecords.json("1"), bytes)));
		AppendOutcome reused = new AppendOutcome.Reused(0);
		assertThat(reuse(bytes)).isEqualTo(reused);
		assertThat(this.log.commit(request(this.partition, this.producer, 0, List.of(bytes, bytes))).get(0))
			.isEqualTo(reused);
		assertThat(resend(1, "1")).isEqualTo(new AppendOutcome.Reused(1));
		assertThat(resend(0, "1", "1")).isEqualTo(new AppendOutcome.Reused(1));
	}

	@Test
	void recognisesRetriesOfWhatVersion01Stored() {
		OldBatches.ALL.forEach((name, old) -> {
			ProducerIdentity sender = this.log.newProducer();
			EncodedBatch stored = old.batch();
			int count = stored.recordCount();
			this.log.stored(
					new AppendRequest(this.partition, Appends.identity(sender, 0, count), stored, Patience.NONE, null));
			assertThat(this.log.stored(request(this.partition, sender, 0, old.records()))).as(name)
				.returns(true, Receipt::duplicate);
			assertThat(
					this.log.stored(request(this.partition, sender, count - 1L, List.of(old.records().get(count - 1)))))
				.as("last of " + name)
				.returns(true, Receipt::duplicate);
			LogRecord first = old.records().get(0);
			LogRecord other = new LogRecord(TestRecords.utf8("other"), first.value(), first.headers(),
					first.timestampMillis());
			assertThat(this.log.commit(request(this.partition, sender, 0, List.of(other))).get(0)).as(name)
				.isEqualTo(new AppendOutcome.Reused(0));
		});
	}

	@Test
	void comparesRebatchedRetryLargerThanAPage() {
		byte[] megabytes = new byte[3 << 20];
		LogRecord large = TestRecords.bytes(megabytes, "application/octet-stream");
		for (int sequence = 0; sequence < 4; sequence++) {
			this.log.stored(request(this.partition, this.producer, sequence, List.of(large)));
		}
		assertThat(this.log.stored(request(this.partition, this.producer, 0, List.of(large, large, large, large))))
			.returns(true, Receipt::duplicate)
			.returns(3L, Receipt::lastOffset);
	}

	private static AppendOutcome compare(BatchComparer comparer, AppendRequest retry, long nextSequence) {
		return new Retry(Appends.pending(retry), Appends.repeated(retry, nextSequence)).compare(comparer);
	}

	@Test
	void readsABatchOnceForAllRetriesOfItsRecords() {
		int count = 1000;
		String[] values = IntStream.range(0, count).mapToObj(Integer::toString).toArray(String[]::new);
		Receipt original = this.log.stored(request(this.partition, this.producer, 0, values));
		BatchComparer comparer = this.log.bean(BatchComparer.class);
		List<String> statements = StatementLog.during(() -> {
			for (int i = 0; i < count; i++) {
				AppendRequest retry = request(this.partition, this.producer, i, values[i]);
				AppendOutcome outcome = compare(comparer, retry, count);
				assertThat(TestLog.receipt(outcome).baseOffset()).isEqualTo(original.baseOffset() + i);
			}
			AppendRequest changed = request(this.partition, this.producer, 7, "7", "x");
			assertThat(compare(comparer, changed, count)).isEqualTo(new AppendOutcome.Reused(8));
		});
		List<String> looks = statements.stream().filter((sql) -> sql.startsWith("select log_start_offset")).toList();
		assertThat(looks).as("whether it was deleted, every few milliseconds").hasSizeLessThan(count / 4);
		assertThat(statements).as("which batch, how large, and the batch").hasSize(3 + looks.size());
	}

}
