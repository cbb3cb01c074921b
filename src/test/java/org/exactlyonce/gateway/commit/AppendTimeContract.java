package org.exactlyonce.gateway.commit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.exactlyonce.gateway.log.LogReader.StoredRecord;
import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.exactlyonce.gateway.store.Fences;
import org.exactlyonce.gateway.store.Store;
import org.exactlyonce.gateway.support.MovableClock;
import org.hibernate.SessionFactory;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.gateway.commit.TestLog.request;

/** When records are appended, on replicas whose clocks differ, on any database. */
abstract class AppendTimeContract {

	private static final Duration TWO_HOURS = Duration.ofHours(2);

	private final TestLog log;

	private final int partition;

	private final GroupTransaction early;

	private final GroupTransaction late;

	AppendTimeContract(TestLog log) {
		this.log = log;
		this.partition = log.newPartition();
		this.early = appender(TWO_HOURS.negated());
		this.late = appender(Duration.ZERO);
	}

	private GroupTransaction appender(Duration ahead) {
		MovableClock clock = new MovableClock();
		clock.set(ahead);
		return new GroupTransaction(this.log.bean(SessionFactory.class), this.log.bean(Store.class),
				this.log.bean(Fences.class), clock, new SimpleMeterRegistry());
	}

	private Instant append(GroupTransaction appender, int partition) {
		return times(appender.append(List.of(request(partition, null, 0, "1")))).get(0);
	}

	private static List<Instant> times(List<Judgement> judgements) {
		return judgements.stream()
			.map((judgement) -> ((Judgement.Stored) judgement).receipts().get(0).appendedAt())
			.toList();
	}

	private List<Instant> times(int partition) {
		return this.log.read(partition).stream().map(StoredRecord::appendedAt).toList();
	}

	@Test
	void neverGoesBackWhicheverReplicaAppends() {
		List<Instant> answered = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			answered.add(append((i % 3 == 0) ? this.late : this.early, this.partition));
		}
		assertThat(answered).isSorted();
		assertThat(times(this.partition)).as("what is read is what was answered").isEqualTo(answered);
		assertThat(this.log.read(this.partition)).extracting(StoredRecord::offset)
			.isSorted()
			.doesNotHaveDuplicates()
			.hasSize(20);
	}

	@Test
	void isEachPartitionsOwnWithinAGroup() {
		int other = this.log.newPartition();
		Instant first = append(this.late, this.partition);
		ProducerIdentity producer = this.log.newProducer();
		List<Instant> group = times(this.early.append(List.of(request(this.partition, producer, 0, "1"),
				request(other, producer, 0, "1"), request(this.partition, producer, 1, "1"))));
		assertThat(group.get(0)).isEqualTo(first).isEqualTo(group.get(2));
		assertThat(group.get(1)).isBefore(first.minus(TWO_HOURS.dividedBy(2)));
		assertThat(times(other)).containsExactly(group.get(1));
	}

	/** As version 0.1 leaves it, which has no such columns. */
	@Test
	void goesOnBehindABatchOfVersionWithoutTheColumns() {
		append(this.early, this.partition);
		Instant last = append(this.late, this.partition);
		forgetLastAppended();
		assertThat(append(this.early, this.partition)).isEqualTo(last);
		assertThat(append(this.early, this.partition)).isEqualTo(last);
	}

	@Test
	void goesOnBehindWhatVersionWithoutTheColumnsAppendsBeside() {
		append(this.early, this.partition);
		Instant last = append(this.late, this.partition);
		// the later batch is of the other version: the columns are as after the first
		this.log.update("""
				update log_partition set last_appended_at = (select min(appended_at) from record_batch
					where partition_id = ?), last_appended_end = 1 where partition_id = ?""", this.partition,
				this.partition);
		assertThat(append(this.early, this.partition)).isEqualTo(last);
	}

	@Test
	void keepsToWhatItKnowsWhenVersionWithoutTheColumnsGoesBack() {
		Instant last = append(this.late, this.partition);
		append(this.late, this.partition);
		this.log.update("update record_batch set appended_at = appended_at - interval '2' hour "
				+ "where partition_id = ? and base_offset = 1", this.partition);
		this.log.update("update log_partition set last_appended_end = 1 where partition_id = ?", this.partition);
		assertThat(append(this.early, this.partition)).isAfterOrEqualTo(last);
	}

	@Test
	void asksTheNewestBatchOnlyWhereTheColumnsDoNotKnow() {
		append(this.late, this.partition);
		int usual = StatementLog.during(() -> append(this.late, this.partition)).size();
		forgetLastAppended();
		assertThat(StatementLog.during(() -> append(this.late, this.partition))).hasSize(usual + 2);
		assertThat(StatementLog.during(() -> append(this.late, this.partition))).hasSize(usual);
	}

	private void forgetLastAppended() {
		this.log.update("update log_partition set last_appended_at = null, last_appended_end = null "
				+ "where partition_id = ?", this.partition);
	}

}
