package org.exactlyonce.gateway.commit;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.exactlyonce.gateway.sequence.AppendDecision;
import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.exactlyonce.gateway.support.PostgresServer;
import org.hibernate.exception.ConstraintViolationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.exactlyonce.gateway.commit.TestLog.request;

/**
 * Epochs are read when every lock is held, though lock and read travel together, and
 * though a URL may have the driver fetch, and PostgreSQL lock, one row after the other.
 */
class LockBeforeReadIT {

	private static final int FIRST = 0;

	private static final int SECOND = 1;

	@ParameterizedTest
	@ValueSource(strings = { "", "?defaultRowFetchSize=1", "?preferQueryMode=simple", "?autosave=always" })
	void refusesEpochThatWasRaisedWhileTheGroupWaitedForItsSecondLock(String settings) throws Exception {
		TestLog log = TestLog.onPostgres(PostgresServer.newDatabase() + settings);
		try {
			ProducerIdentity producer = log.newProducer();
			CompletableFuture<List<AppendOutcome>> group = log.inTransaction(() -> {
				log.jdbc.queryForList("select * from log_partition where partition_id = ? for update", SECOND);
				CompletableFuture<List<AppendOutcome>> waiting = CompletableFuture
					.supplyAsync(() -> log.commit(request(FIRST, producer, 0, "1"), request(SECOND, producer, 0, "1")));
				await().until(() -> waitForLocks(log) == 1);
				log.jdbc.update("update producer set epoch = epoch + 1 where id = ?", producer.producerId());
				return waiting;
			});
			assertThat(group).isNotNull();
			AppendOutcome fenced = new AppendOutcome.Refused(new AppendDecision.Fenced(1));
			assertThat(group.get(10, TimeUnit.SECONDS)).containsExactly(fenced, fenced);
			assertThat(log.rows("select count(*) from record_batch")).isZero();
			assertThat(log.stored(request(FIRST, log.newProducer(), 0, "1")).baseOffset()).isZero();
			assertThatThrownBy(() -> log.commit(request(FIRST, null, 0, "1"), Appends.refused(SECOND)))
				.isInstanceOf(ConstraintViolationException.class);
			assertThat(log.rows("select count(*) from record_batch")).isEqualTo(1);
		}
		finally {
			log.context.close();
		}
	}

	private static long waitForLocks(TestLog log) {
		Long waiting = log.jdbc.queryForObject("""
				select count(*) from pg_stat_activity
				where datname = current_database() and wait_event_type = 'Lock'""", Long.class);
		return (waiting != null) ? waiting : 0;
	}

}
