package org.exactlyonce.gateway.log;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import javax.sql.DataSource;

import org.exactlyonce.gateway.bounds.PageMemory;
import org.exactlyonce.gateway.bounds.ReadLimits;
import org.exactlyonce.gateway.bounds.TestLimits;
import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.record.EncodedBatch;
import org.exactlyonce.gateway.record.TestRecords;
import org.exactlyonce.gateway.sequence.SequenceRange;
import org.exactlyonce.gateway.statement.RoundTrip;
import org.exactlyonce.gateway.store.Transactions;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.OnH2;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Batches go while a retry of their records is compared: the first is compared, there is
 * no memory for the second at first, and before there is, both are gone.
 */
@OnH2
class BatchComparerTest {

	private static final AtomicInteger NAMES = new AtomicInteger();

	private static final long BYTES = 1 << 20;

	private static final String SMALL = "1";

	private static final String LARGE = '"' + "x".repeat(300_000) + '"';

	@LocalServerPort
	private int port;

	@Autowired
	private DataSource database;

	@Autowired
	private Transactions transactions;

	@Autowired
	private TransactionOperations operations;

	private final ReadLimits limits = TestLimits.ofBytes(BYTES, 1);

	private final Transactions interrupted = mock(Transactions.class);

	private GatewayClient gateway;

	private JdbcTemplate statements;

	private long producer;

	private int partition;

	private long stored;

	@BeforeEach
	void storeBatches() {
		this.gateway = new GatewayClient(this.port);
		this.statements = new JdbcTemplate(this.database);
		this.producer = this.gateway.newProducer();
		String topic = "compared-" + NAMES.incrementAndGet();
		this.gateway.putTopic(topic, "{\"partitions\": 1}");
		for (String value : List.of(SMALL, LARGE, SMALL)) {
			assertThat(this.gateway.append("/topics/" + topic + "/partitions/0", this.producer, 0, this.stored++, value)
				.status()).isEqualTo(201);
		}
		this.partition = this.statements.queryForObject(
				"select partition_id from log_partition where topic_id = " + "(select id from topic where name = ?)",
				Integer.class, topic);
	}

	private Comparison compareWhile(Runnable interruption) {
		PageMemory others = this.limits.memory();
		assertThat(others.tryReserve(BYTES / 2)).isTrue();
		given(this.interrupted.inRoundTrips(any())).will((call) -> {
			Object result = this.transactions.inRoundTrips(call.<Function<RoundTrip, Object>>getArgument(0));
			if (Boolean.FALSE.equals(result)) {
				interruption.run();
				others.close();
			}
			return result;
		});
		EncodedBatch retry = TestRecords.batch(List.of(TestRecords.json(SMALL), TestRecords.json(LARGE)));
		return new BatchComparer(this.interrupted, this.limits)
			.compare(new ProducerSequence.Key(this.producer, this.partition), new SequenceRange(0, 2), retry);
	}

	private void delete() {
		assertThat(update("delete from record_batch where partition_id = ? and base_offset < 2")).isEqualTo(2);
	}

	private void raiseStart() {
		assertThat(update("update log_partition set log_start_offset = 2 where partition_id = ?")).isOne();
	}

	private int update(String sql) {
		return this.operations.execute((status) -> this.statements.update(sql, this.partition));
	}

	@Test
	void goesOnWhenThereIsMemory() {
		assertThat(compareWhile(() -> {
		})).isInstanceOf(Comparison.Same.class);
	}

	@Test
	void findsThemDeletedThoughItHasComparedTheFirst() {
		assertThat(compareWhile(() -> {
			raiseStart();
			delete();
		})).isInstanceOf(Comparison.Deleted.class);
	}

	@Test
	void findsThemDeletedThoughTheirRowsAreStillThere() {
		assertThat(compareWhile(this::raiseStart)).isInstanceOf(Comparison.Deleted.class);
	}

	/** No answer is right then. */
	@Test
	void doesNotTakeALossForADeletion() {
		assertThatIllegalStateException().isThrownBy(() -> compareWhile(this::delete))
			.withMessageContaining("no batch holds it");
		raiseStart(); // others find nothing amiss here
	}

}
