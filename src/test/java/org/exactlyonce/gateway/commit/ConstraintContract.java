package org.exactlyonce.gateway.commit;

import java.util.List;

import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.exactlyonce.gateway.statement.RoundTrip;
import org.exactlyonce.gateway.statement.StoreFailure;
import org.exactlyonce.gateway.store.Fences;
import org.exactlyonce.gateway.store.Store;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.query.MutationQuery;
import org.exactlyonce.gateway.topic.TopicInternals;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.BadSqlGrammarException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.exactlyonce.gateway.commit.TestLog.request;

/** What the database refuses by itself, should the code ever forget to. */
abstract class ConstraintContract {

	private static final String COPY = """
			insert into record_batch (partition_id, base_offset, record_count, producer_id, producer_epoch,
				base_sequence, digest, payload, appended_at)
			select partition_id, %s, %s, producer_id, producer_epoch, %s, digest, payload, appended_at
			from record_batch where partition_id = ? and base_offset = 0""";

	private final TestLog log;

	private final int partition;

	private final ProducerIdentity producer;

	ConstraintContract(TestLog log) {
		this.log = log;
		this.partition = log.newPartition();
		this.producer = log.newProducer();
		log.stored(request(this.partition, this.producer, 0, "1"));
	}

	private void refuses(String sql, Object... arguments) {
		assertThatThrownBy(() -> this.log.update(sql, arguments)).isInstanceOf(DataIntegrityViolationException.class);
	}

	@Test
	void refusesSecondBatchWithTheSameBaseSequence() {
		refuses(COPY.formatted("1", "1", "base_sequence"), this.partition);
		assertThat(this.log.update(COPY.formatted("1", "1", "1"), this.partition)).isEqualTo(1);
	}

	@Test
	void refusesSecondBatchAtTheSameOffset() {
		refuses(COPY.formatted("base_offset", "1", "1"), this.partition);
	}

	@Test
	void refusesImpossibleNumbersInABatch() {
		refuses(COPY.formatted("1", "0", "1"), this.partition);
		refuses(COPY.formatted("1", "-1", "1"), this.partition);
		refuses(COPY.formatted("-1", "1", "1"), this.partition);
		refuses(COPY.formatted("1", "1", "-1"), this.partition);
		refuses(COPY.formatted("1", "1", "9007199254740992"), this.partition);
	}

	@Test
	void refusesHalfAnIdentity() {
		refuses(COPY.formatted("1", "1", "cast(null as bigint)"), this.partition);
		refuses("update record_batch set producer_epoch = null where partition_id = ?", this.partition);
	}

	@Test
	void refusesSecondSequenceRow() {
		refuses("""
				insert into producer_sequence (producer_id, partition_id, last_sequence, last_offset, row_version)
				values (?, ?, 0, 0, 0)""", this.producer.producerId(), this.partition);
	}

	@Test
	void refusesImpossiblePartition() {
		refuses("update log_partition set producers = -1 where partition_id = ?", this.partition);
		refuses("update log_partition set log_end_offset = -1 where partition_id = ?", this.partition);
		refuses("update log_partition set log_start_offset = 2 where partition_id = ?", this.partition);
	}

	@Test
	void refusesSecondProducerOfAName() {
		String insert = "insert into producer (id, name, epoch, created_at) values (?, ?, ?, current_timestamp)";
		String name = "unique-" + this.producer.producerId();
		long id = (1L << 40) + this.producer.producerId() * 10;
		this.log.update(insert, id, name, 0);
		refuses(insert, id + 1, name, 0);
		refuses(insert, id, "other-" + name, 0);
		refuses(insert, id + 2, null, -1);
	}

	/**
	 * The statements by which a gateway without topics makes, locks and advances
	 * partitions, whatever these are of: it is answered 503 beside one with topics.
	 */
	@Test
	void refusesAGatewayThatKnowsNoTopics() {
		refusesWithoutTopics("""
				update log_partition set producers = producers
				where partition_id = (select partition_id from (select partition_id, log_end_offset, producers, version,
					last_appended_end, last_appended_at from log_partition where partition_id = ?) locked)""",
				this.partition);
		refusesWithoutTopics("""
				update log_partition set log_end_offset = log_end_offset + 1,
					version = case when version = 0 then version + 1 end where partition_id = ?""", this.partition);
		refusesWithoutTopics("""
				insert into log_partition (partition_id, log_start_offset, log_end_offset, producers, version)
				values (?, 0, 0, 0, 0)""", 9999);
	}

	private void refusesWithoutTopics(String sql, Object... arguments) {
		assertThatThrownBy(() -> this.log.update(sql, arguments)).isInstanceOf(BadSqlGrammarException.class)
			.rootCause()
			.message()
			.containsIgnoringCase("column \"version\"");
	}

	@Test
	void refusesUpdateOfASequenceThatAnotherWriterMoved() {
		refusesGroupAfter("update producer_sequence set row_version = row_version + 1 where partition_id = ?");
	}

	@Test
	void refusesSequenceThatAnotherWriterRemoved() {
		refusesGroupAfter("delete from producer_sequence where partition_id = ?");
	}

	@Test
	void refusesSequenceThatAnotherWriterAdded() {
		ProducerIdentity other = this.log.newProducer();
		refusesGroupAfter(request(this.partition, other, 0, "1"), """
				insert into producer_sequence (producer_id, partition_id, last_sequence, last_offset, row_version)
				values (?, ?, 0, 0, 0)""", other.producerId(), this.partition);
	}

	@Test
	void refusesUpdateOfAPartitionThatAnotherWriterMoved() {
		refusesGroupAfter("update log_partition set row_version = row_version + 1 where partition_id = ?");
	}

	@Test
	void refusesPartitionThatAnotherWriterRemoved() {
		refusesGroupAfter("delete from log_partition where partition_id = ?");
	}

	/**
	 * The rows of a group change between its lock and its writes, which no lock allows.
	 */
	private void refusesGroupAfter(String change) {
		refusesGroupAfter(request(this.partition, this.producer, 1 + lastSequence(), "1"), change, this.partition);
	}

	private void refusesGroupAfter(AppendRequest append, String change, Object... arguments) {
		long batches = batches();
		try (StatelessSession session = this.log.bean(SessionFactory.class).openStatelessSession()) {
			session.beginTransaction();
			RoundTrip statements = new RoundTrip(session, this.log.bean(Store.class).takesSeveralStatements());
			GroupRows rows = new GroupRows(statements, this.log.bean(Fences.class));
			Judged judged = AppendGroup.judge(rows.lock(List.of(append)), List.of(append), Appends.NOW);
			assertThat(judged.judgements()).hasOnlyElementsOfType(Judgement.Stored.class);
			MutationQuery query = session.createNativeMutationQuery(change);
			for (int i = 0; i < arguments.length; i++) {
				query.setParameter(i + 1, arguments[i]);
			}
			assertThat(query.executeUpdate()).isEqualTo(1);
			assertThatThrownBy(() -> rows.writeAndCommit(judged.changes()))
				.satisfies((failure) -> assertThat(StoreFailure.of(failure)).isEqualTo(StoreFailure.DATA));
			session.getTransaction().rollback();
			rows.close();
		}
		assertThat(batches()).isEqualTo(batches);
	}

	@Test
	void rollsBackGroupForOneThatItRefuses() {
		AppendRequest good = request(this.partition, null, 0, "1");
		long batches = batches();
		assertThatThrownBy(() -> this.log.commit(good, Appends.refused(this.partition)))
			.isInstanceOf(ConstraintViolationException.class)
			.satisfies((failure) -> assertThat(StoreFailure.of(failure)).isEqualTo(StoreFailure.DATA));
		assertThat(batches()).isEqualTo(batches);
	}

	private long batches() {
		return this.log.rows("select count(*) from record_batch where partition_id = ?", this.partition);
	}

	@Test
	void keepsItsPartitionsWhereFewerAreAskedFor() {
		TopicInternals.start(this.log.context, TestLog.PARTITIONS - 1);
		assertThat(this.log.rows("select count(*) from log_partition")).isEqualTo(TestLog.PARTITIONS);
		assertThat(this.log.rows("select partitions from topic where id = 0")).isEqualTo(TestLog.PARTITIONS);
	}

	/** Which partitions there are, and not how many, says what is missing. */
	@Test
	void createsThePartitionThatIsMissing() {
		int missing = this.log.newPartition();
		this.log.update("delete from log_partition where partition_id = ?", missing);
		TopicInternals.start(this.log.context, TestLog.PARTITIONS);
		assertThat(this.log.rows("select count(*) from log_partition where partition_id = ?", missing)).isOne();
		assertThat(this.log.rows("select count(*) from log_partition")).isEqualTo(TestLog.PARTITIONS);
	}

	private long lastSequence() {
		return this.log.rows("select last_sequence from producer_sequence where producer_id = ? and partition_id = ?",
				this.producer.producerId(), this.partition);
	}

}
