package org.exactlyonce.gateway.retention;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.exactlyonce.gateway.store.Store;
import org.exactlyonce.gateway.store.Transactions;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.OnH2;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.support.TransactionOperations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * How long records are kept beyond their time is told at any time, on a clock that the
 * test moves. Their topic keeps them for an hour.
 */
@OnH2
@TestPropertySource(properties = "gateway.retention-interval=1h")
class OverdueRecordsTest {

	private static final long HOUR = Duration.ofHours(1).toMillis();

	private static final AtomicInteger NAMES = new AtomicInteger();

	@LocalServerPort
	private int port;

	@Autowired
	private DataSource database;

	@Autowired
	private ApplicationContext context;

	@Autowired
	private Transactions transactions;

	@Autowired
	private Store store;

	@Autowired
	private TransactionOperations operations;

	private final Clock clock = mock(Clock.class);

	private GatewayClient gateway;

	private String topic;

	private volatile long ahead;

	private long nanos;

	private FirstBatches firsts;

	private ExpiredBatches expired;

	@BeforeEach
	void makeATopic() {
		given(this.clock.millis()).will((call) -> System.currentTimeMillis() + this.ahead);
		this.gateway = new GatewayClient(this.port);
		new RetentionByHand(this.context);
		this.topic = "overdue-" + NAMES.incrementAndGet();
		this.gateway.putTopic(this.topic, "{\"partitions\": 1, \"retentionMs\": " + HOUR + "}");
		append();
		append();
		this.firsts = new FirstBatches(this.transactions, this.clock, () -> this.nanos);
		this.expired = new ExpiredBatches(this.transactions, this.clock, this.firsts);
	}

	@AfterEach
	void deleteIt() {
		this.gateway.send("DELETE", "/topics/" + this.topic, null);
	}

	private void append() {
		assertThat(
				this.gateway.post("/topics/" + this.topic + "/partitions/0/records", "{\"records\": [{\"value\": 1}]}")
					.status())
			.isEqualTo(201);
	}

	private void look() {
		this.firsts.begin();
		this.expired.delete(() -> true);
		this.firsts.end(true);
	}

	private void assertOverdue(long least) {
		assertThat(this.firsts.overdueMillis()).isBetween(least, least + HOUR / 2);
	}

	/** Here for a lock, before it gets to what is overdue. */
	@Test
	void areToldWhileALookLasts() {
		SimpleMeterRegistry meters = new SimpleMeterRegistry();
		Retention retention = new Retention(this.transactions, this.store,
				new RetentionProperties(Duration.ofHours(1), Duration.ofDays(7)), this.clock, meters);
		TimeGauge overdue = meters.get("gateway.retention.overdue").timeGauge();
		JdbcTemplate statements = new JdbcTemplate(this.database);
		lookToTheEnd(retention, statements);
		this.ahead = 3 * HOUR;
		String uncounted = "from log_partition where held_bytes is null";
		this.operations.executeWithoutResult((status) -> statements.update("update log_partition set held_bytes = null "
				+ "where topic_id = (select id from topic where name = ?)", this.topic));
		this.operations.executeWithoutResult((status) -> {
			assertThat(statements.queryForList("select partition_id " + uncounted + " for update")).hasSize(1);
			retention.start();
			await().until(() -> overdue.value(TimeUnit.MILLISECONDS) >= 2 * HOUR);
		});
		await().until(() -> overdue.value(TimeUnit.MILLISECONDS) == 0);
		retention.stop();
		assertThat(statements.queryForList("select partition_id " + uncounted)).isEmpty();
	}

	/** What deleted topics leave behind goes last. */
	private void lookToTheEnd(Retention retention, JdbcTemplate statements) {
		this.gateway.putTopic(this.topic + "-gone", "{\"partitions\": 1}");
		assertThat(this.gateway.send("DELETE", "/topics/" + this.topic + "-gone", null).status()).isEqualTo(204);
		retention.start();
		await().until(() -> statements.queryForList("select * from log_partition where topic_id is null").isEmpty());
		retention.stop();
	}

	@Test
	void areToldFromTheFirstLookOn() {
		this.ahead = 3 * HOUR;
		List<Long> told = new ArrayList<>();
		this.firsts.begin();
		this.expired.delete(() -> told.add(this.firsts.overdueMillis()));
		assertThat(told).anyMatch((overdue) -> overdue >= 2 * HOUR);
		assertThat(this.firsts.overdueMillis()).isZero();
	}

	@Test
	void becomeMoreAfterALookThatFailed() {
		look();
		this.ahead = 3 * HOUR;
		assertThat(this.firsts.overdueMillis()).as("as the look left it").isZero();
		this.firsts.begin();
		assertOverdue(2 * HOUR);
		this.firsts.end(false);
		this.ahead = 5 * HOUR;
		assertOverdue(4 * HOUR);
		look();
		assertThat(this.firsts.overdueMillis()).isZero();
	}

	@Test
	void areNoMoreOnceAnotherReplicaHasDeletedThem() {
		look();
		this.ahead = 3 * HOUR;
		this.firsts.begin();
		RetentionInternals.expiredBatches(this.transactions, this.clock).delete(() -> true);
		this.nanos += FirstBatches.AGE_NANOS;
		this.firsts.keptUp(() -> true).getAsBoolean();
		assertOverdue(2 * HOUR);
		this.nanos++;
		this.firsts.keptUp(() -> true).getAsBoolean();
		assertThat(this.firsts.overdueMillis()).isZero();
	}

	@Test
	void areThoseThatAreNotTheNewestAnyMore() {
		this.ahead = 3 * HOUR;
		look();
		this.ahead = 5 * HOUR;
		this.firsts.begin();
		assertThat(this.firsts.overdueMillis()).as("only the newest is there").isZero();
		append();
		this.nanos += TimeUnit.SECONDS.toNanos(11);
		this.firsts.keptUp(() -> true).getAsBoolean();
		assertOverdue(4 * HOUR);
	}

}
