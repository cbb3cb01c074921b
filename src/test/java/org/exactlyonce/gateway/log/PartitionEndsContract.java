package org.exactlyonce.gateway.log;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import org.exactlyonce.gateway.commit.StatementLog;
import org.exactlyonce.gateway.commit.TestLog;
import org.exactlyonce.gateway.store.ConnectionShare;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the one reader of the partitions' ends asks the database for.
 */
abstract class PartitionEndsContract {

	/** As many looks as there are from one at all partitions to the next. */
	private static final int ROUND = 80;

	private final TestLog log;

	/** What another replica knows. */
	private final DurableEnds known = new DurableEnds();

	private final PartitionEnds ends;

	private final int partition;

	PartitionEndsContract(TestLog log) {
		this.log = log;
		this.ends = LogInternals.partitionEnds(log.context, this.known);
		this.partition = log.newPartition();
	}

	@BeforeEach
	void lookAtAll() {
		assertThat(this.ends.end(this.partition)).isNull();
		assertThat(look(1)).singleElement().asString().doesNotContain("wanted");
		assertThat(this.ends.end(this.partition)).isZero();
	}

	@AfterEach
	void stop() {
		this.known.destroy();
	}

	@Test
	void readsAllOnceARoundWhileNoRecordIsWaitedFor() {
		append();
		assertThat(look(ROUND - 1)).isEmpty();
		assertThat(this.ends.end(this.partition)).isZero();
		assertThat(look(1)).hasSize(1);
		assertThat(this.ends.end(this.partition)).isOne();
	}

	@Test
	void readsThePartitionsThatARecordIsWaitedForIn() throws InterruptedException {
		CountDownLatch woken = new CountDownLatch(1);
		this.known.await(this.partition, 0, woken::countDown, () -> {
		});
		List<String> before = look(ROUND / 2);
		assertThat(before).isNotEmpty().allSatisfy((sql) -> assertThat(sql).contains("q.wanted"));
		assertThat(woken.getCount()).isOne();
		append();
		look(ROUND / 2 - 1);
		assertThat(this.ends.end(this.partition)).as("found in this round").isEqualTo(foundAtOnce() ? 1 : 0);
		look(1);
		assertThat(woken.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(look(ROUND - 1)).as("once nothing is waited for").isEmpty();
	}

	@Test
	void takesBackAnEndThatTheDatabaseHasNot() {
		append();
		this.known.publish(this.partition, 9);
		look(ROUND - 1);
		assertThat(this.ends.end(this.partition)).isEqualTo(9);
		look(1);
		assertThat(this.ends.end(this.partition)).isOne();
		assertThat(this.known.putBacks()).isOne();
	}

	@Test
	void poolHasTheConnectionsThatAllPartsMayHold() {
		List<ConnectionShare> shares = this.log.context.getBeanProvider(ConnectionShare.class).stream().toList();
		assertThat(shares).extracting(ConnectionShare::users)
			.containsExactlyInAnyOrder("lanes", "registrations", "reads", "live readers", "comparisons of duplicates",
					"the look for other replicas", "the partitions' ends", "health", "access keys", "retention");
		assertThat(this.log.bean(HikariDataSource.class).getMaximumPoolSize())
			.isEqualTo(4 + 4 + 8 + 4 + 2 + 1 + 1 + 2 + 1)
			.isEqualTo(shares.stream().mapToInt(ConnectionShare::connections).sum());
	}

	/** Whether other replicas may commit, so that each look is at what is awaited. */
	abstract boolean foundAtOnce();

	private void append() {
		this.log.stored(TestLog.request(this.partition, null, 0, "1"));
	}

	private List<String> look(int times) {
		return StatementLog.during(() -> {
			for (int i = 0; i < times; i++) {
				LogInternals.look(this.ends);
			}
		});
	}

}
