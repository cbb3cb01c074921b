package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.exactlyonce.gateway.store.Transactions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;

/**
 * What retention goes by: that a relay is there, from its first moment on, and how far
 * Kafka was seen to be. On both databases.
 */
abstract class RetainedByLeasesContract {

	private static final Set<Integer> ALL = Set.of(0, 1, 2, 3, 4);

	private JdbcTemplate database;

	@Autowired
	private LeaseRepository repository;

	@Autowired
	private Transactions transactions;

	@Autowired
	private TransactionOperations operations;

	@BeforeEach
	void begin(@Autowired DataSource source) {
		this.database = new JdbcTemplate(source);
		update("delete from relay_lease");
		update("delete from relay_member");
	}

	private void update(String sql) {
		this.operations.executeWithoutResult((status) -> this.database.update(sql));
	}

	private Leases leases(LeaseRepository repository) {
		return new Leases(repository, this.transactions, "topic", Leases.MOST);
	}

	private List<Long> relayedOffsets() {
		return this.database.queryForList("select relayed_offset from relay_lease order by partition_id", Long.class);
	}

	/** Kafka may be another one by now. */
	@Test
	void countsAsNotRelayedUntilTheHolderHasReadItsCursor() {
		Leases before = leases(this.repository);
		before.renew(ALL, Map.of(), List.of());
		before.renew(ALL, Map.of(2, 41L), List.of());
		before.leave();
		assertThat(relayedOffsets()).containsExactly(null, null, 41L, null, null);
		Leases now = leases(this.repository);
		LeaseView taken = now.renew(ALL, Map.of(), List.of());
		assertThat(relayedOffsets()).containsOnlyNulls();
		assertThat(taken.relayed()).isEmpty();
		assertThat(taken.lastKnown()).isEqualTo(Map.of(2, 41L));
		assertThat(now.renew(ALL, Map.of(), List.of()).lastKnown()).isEqualTo(Map.of(2, 41L));
		LeaseView elsewhere = leases(this.repository).renew(ALL, Map.of(), List.of());
		assertThat(elsewhere.lastKnown()).isEmpty();
		assertThat(elsewhere.isUnreadElsewhere(2)).isTrue();
		assertThat(now.renew(ALL, Map.of(2, 42L), List.of()).relayed()).isEqualTo(Map.of(2, 42L));
		Map<Integer, Long> unknown = new TreeMap<>(Map.of(1, 5L));
		unknown.put(2, null);
		LeaseView refused = now.renew(ALL, unknown, List.of());
		assertThat(relayedOffsets()).containsExactly(null, 5L, null, null, null);
		assertThat(refused.lastKnown()).isEqualTo(Map.of(1, 5L, 2, 42L));
	}

	/** What retention asks under this lock, it deletes under this lock. */
	@Test
	void isKnownBeforeRetentionAsksOrWaitsUntilItHasDeleted() throws Exception {
		Leases leases = leases(this.repository);
		CompletableFuture<Void> begun = this.operations.execute((status) -> {
			this.database.queryForList("select id from topic where id = 0 for update");
			CompletableFuture<Void> beginning = CompletableFuture.runAsync(leases::begin);
			await().during(Duration.ofMillis(300)).until(() -> !beginning.isDone());
			return beginning;
		});
		begun.get(10, TimeUnit.SECONDS);
		assertThat(relayedOffsets()).hasSizeGreaterThanOrEqualTo(5).containsOnlyNulls();
	}

	/** After some time without the database each finds the other's term ended. */
	@Test
	void twoThatAreTakenForDeadDoNotWaitForOneAnother() throws Exception {
		CyclicBarrier both = new CyclicBarrier(2);
		Leases first = leases(meeting(both));
		Leases second = leases(meeting(both));
		renewTogether(first, second);
		update("update relay_member set alive_until = current_timestamp - interval '1' second");
		renewTogether(first, second);
		assertThat(this.database.queryForObject("select count(*) from relay_member", Integer.class)).isEqualTo(2);
	}

	private static void renewTogether(Leases... all) throws Exception {
		CompletableFuture
			.allOf(Stream.of(all)
				.map((leases) -> CompletableFuture.runAsync(() -> leases.renew(ALL, Map.of(), List.of())))
				.toArray(CompletableFuture[]::new))
			.get(30, TimeUnit.SECONDS);
	}

	/**
	 * Once it has removed who is dead, each waits a moment for the other to have, too.
	 */
	private LeaseRepository meeting(CyclicBarrier both) {
		LeaseRepository meeting = mock(LeaseRepository.class, delegatesTo(this.repository));
		willAnswer((call) -> {
			int deleted = this.repository.deleteDead(call.getArgument(0));
			try {
				both.await(1, TimeUnit.SECONDS);
			}
			catch (Exception ex) {
				both.reset(); // it waits for this one's locks
			}
			return deleted;
		}).given(meeting).deleteDead(anyString());
		return meeting;
	}

}
