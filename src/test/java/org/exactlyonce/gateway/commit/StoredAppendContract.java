package org.exactlyonce.gateway.commit;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.exactlyonce.gateway.log.LogReader;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.record.TestRecords;
import org.exactlyonce.gateway.sequence.AppendDecision;
import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.gateway.commit.TestLog.request;

/** What an append does, on any database. */
abstract class StoredAppendContract {

	final TestLog log;

	final int partition;

	final ProducerIdentity producer;

	StoredAppendContract(TestLog log) {
		this.log = log;
		this.partition = log.newPartition();
		this.producer = log.newProducer();
	}

	@Test
	void numbersRecordsWithoutHoles() {
		ProducerIdentity other = this.log.newProducer();
		this.log.commit(request(this.partition, this.producer, 0, "1", "2", "3"),
				request(this.partition, other, 0, "4"), request(this.partition, null, 0, "5", "6"));
		this.log.commit(request(this.partition, other, 7, "refused"), request(this.partition, this.producer, 3, "7"));
		assertThat(this.log.read(this.partition)).extracting(LogReader.StoredRecord::offset)
			.isEqualTo(LongStream.range(0, 7).boxed().toList());
		assertThat(this.log.read(this.partition)).extracting(TestLog::text)
			.containsExactly("1", "2", "3", "4", "5", "6", "7");
		assertThat(this.log.end(this.partition)).isEqualTo(7);
	}

	@Test
	void answersWithTheReceipt() {
		Receipt receipt = this.log.stored(request(this.partition, this.producer, 0, "1", "2"));
		assertThat(receipt).isEqualTo(new Receipt(this.partition, this.producer.producerId(), 0L, 0L, 1L, 0L, 1L, 2L,
				false, receipt.appendedAt()));
	}

	@Test
	void commitsPipelinedSequencesInOneGroup() {
		this.log.stored(request(this.partition, this.producer, 0, "0", "1", "2", "3", "4"));
		List<AppendOutcome> outcomes = this.log.commit(request(this.partition, this.producer, 5, "5"),
				request(this.partition, this.producer, 6, "6"), request(this.partition, this.producer, 7, "7"));
		assertThat(outcomes).extracting((outcome) -> TestLog.receipt(outcome).baseOffset()).containsExactly(5L, 6L, 7L);
		assertThat(this.log.read(this.partition)).extracting(LogReader.StoredRecord::sequence)
			.containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
	}

	@Test
	void storesOneOfEqualRequestsInOneGroup() {
		AppendRequest request = request(this.partition, this.producer, 0, "1");
		List<AppendOutcome> outcomes = this.log.commit(request, request);
		assertThat(outcomes).extracting((outcome) -> TestLog.receipt(outcome).duplicate()).containsExactly(false, true);
		assertThat(outcomes).extracting((outcome) -> TestLog.receipt(outcome).baseOffset()).containsExactly(0L, 0L);
		assertThat(this.log.read(this.partition)).hasSize(1);
	}

	@Test
	void keepsSequencesPerPartition() {
		int second = this.log.newPartition();
		this.log.commit(request(this.partition, this.producer, 0, "1", "2"), request(second, this.producer, 0, "3"));
		assertThat(this.log.stored(request(second, this.producer, 1, "4")).baseOffset()).isEqualTo(1);
		assertThat(this.log.stored(request(this.partition, this.producer, 2, "5")).baseOffset()).isEqualTo(2);
	}

	@Test
	void refusesGapAndStoresNothing() {
		this.log.stored(request(this.partition, this.producer, 0, "1"));
		assertThat(this.log.refused(request(this.partition, this.producer, 2, "3")))
			.isEqualTo(new AppendDecision.OutOfOrder(1, 2));
		assertThat(this.log.read(this.partition)).hasSize(1);
		assertThat(this.log.stored(request(this.partition, this.producer, 1, "2")).baseOffset()).isEqualTo(1);
	}

	@Test
	void refusesStraddlingBatchAndStoresNothing() {
		this.log.stored(request(this.partition, this.producer, 0, "1", "2"));
		assertThat(this.log.refused(request(this.partition, this.producer, 1, "2", "3")))
			.isEqualTo(new AppendDecision.OutOfOrder(2, 1));
		assertThat(this.log.read(this.partition)).hasSize(2);
		assertThat(this.log.end(this.partition)).isEqualTo(2);
	}

	@Test
	void refusesProducerThatWasNeverRegistered() {
		assertThat(this.log.refused(request(this.partition, new ProducerIdentity(1L << 50, 0), 0, "1")))
			.isEqualTo(new AppendDecision.UnknownProducer());
		assertThat(this.log.read(this.partition)).isEmpty();
	}

	@Test
	void refusesOlderEpochAndContinuesTheSequenceInTheNewOne() {
		String name = "fenced-" + this.producer.producerId();
		ProducerIdentity old = new ProducerIdentity(this.log.registrations.register(name).producerId(), 0);
		this.log.stored(request(this.partition, old, 0, "1"));
		assertThat(this.log.registrations.register(name).lastSequences()).containsEntry(this.partition, 0L);
		assertThat(this.log.refused(request(this.partition, old, 1, "zombie"))).isEqualTo(new AppendDecision.Fenced(1));
		ProducerIdentity renewed = new ProducerIdentity(old.producerId(), 1);
		assertThat(this.log.stored(request(this.partition, renewed, 1, "2")).baseOffset()).isEqualTo(1);
		assertThat(this.log.read(this.partition)).extracting(LogReader.StoredRecord::producerEpoch)
			.containsExactly(0L, 1L);
	}

	@Test
	void refusesEpochThatWasNeverIssued() {
		assertThat(
				this.log.refused(request(this.partition, new ProducerIdentity(this.producer.producerId(), 1), 0, "1")))
			.isEqualTo(new AppendDecision.EpochNeverIssued(0));
		assertThat(this.log.read(this.partition)).isEmpty();
	}

	@Test
	void storesAgainWhatHasNoIdentity() {
		AppendRequest anonymous = request(this.partition, null, 0, "1");
		assertThat(this.log.stored(anonymous).baseOffset()).isZero();
		assertThat(this.log.stored(anonymous).baseOffset()).isEqualTo(1);
		assertThat(this.log.read(this.partition)).extracting(LogReader.StoredRecord::sequence)
			.containsExactly(null, null);
	}

	@Test
	void countsProducersWithRecords() {
		ProducerIdentity other = this.log.newProducer();
		this.log.commit(request(this.partition, this.producer, 0, "1"), request(this.partition, this.producer, 1, "2"),
				request(this.partition, null, 0, "3"), request(this.partition, other, 5, "refused"));
		assertThat(this.log.rows("select producers from log_partition where partition_id = ?", this.partition))
			.isEqualTo(1);
		this.log.commit(request(this.partition, other, 0, "4"));
		assertThat(this.log.rows("select producers from log_partition where partition_id = ?", this.partition))
			.isEqualTo(2);
	}

	@Test
	void keepsRecordOf8MiB() {
		byte[] value = new byte[8 << 20];
		new java.util.Random(1).nextBytes(value);
		this.log.stored(request(this.partition, this.producer, 0, List.of(TestRecords.bytes(value, "image/png"))));
		LogReader.StoredRecord stored = this.log.read(this.partition).get(0);
		assertThat(stored.record().value().bytes()).isEqualTo(value);
		assertThat(stored.record().value().contentType()).isEqualTo("image/png");
	}

	@Test
	void keepsBatchOf10000Records() {
		List<LogRecord> records = IntStream.range(0, 10_000).mapToObj((i) -> TestRecords.json("" + i)).toList();
		assertThat(this.log.stored(request(this.partition, this.producer, 0, records)).lastOffset()).isEqualTo(9999);
		assertThat(this.log.read(this.partition)).extracting(TestLog::text)
			.isEqualTo(IntStream.range(0, 10_000).mapToObj(Integer::toString).toList());
	}

}
