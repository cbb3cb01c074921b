package org.exactlyonce.gateway.relay;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.exactlyonce.gateway.store.Transactions;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How gateways share the leases, on both databases. One that does not renew is dead once
 * its term ends; here the term is ended in its row.
 */
abstract class LeasesContract {

	@Autowired
	private SessionFactory sessions;

	@Autowired
	private LeaseRepository repository;

	@Autowired
	private Transactions transactions;

	private Leases first;

	private Leases second;

	@BeforeEach
	void begin() {
		execute("delete from relay_lease");
		execute("delete from relay_member");
		execute("delete from log_partition where partition_id > 4");
		this.first = leases();
		this.second = leases();
	}

	private Leases leases() {
		return leases("topic");
	}

	private Leases leases(String topic) {
		return new Leases(this.repository, this.transactions, topic, Leases.MOST);
	}

	private static Set<Integer> held(Leases leases) {
		return renew(leases, Map.of(), List.of()).held();
	}

	private static LeaseView renew(Leases leases, Map<Integer, Long> relayed, List<Integer> unwanted) {
		return leases.renew(Set.of(0, 1, 2, 3, 4), relayed, unwanted);
	}

	@Test
	void oneAloneHoldsAll() {
		assertThat(held(this.first)).containsExactly(0, 1, 2, 3, 4);
		assertThat(held(this.first)).containsExactly(0, 1, 2, 3, 4);
	}

	/** It is the holder's, so that a lease is written when it is taken, and not again. */
	@Test
	void aTermLastsFiveSecondsOnTheDatabasesClock() {
		held(this.first);
		assertThat(count("relay_lease where held_until")).isEqualTo(5);
		assertThat(count("relay_member where alive_until")).isEqualTo(1);
		execute("update relay_lease set held_until = current_timestamp - interval '1' second");
		execute("update relay_member set alive_until = current_timestamp");
		assertThat(held(this.first)).as("lasts as its holder does").containsExactly(0, 1, 2, 3, 4);
		assertThat(count("relay_lease where held_until")).as("written again").isZero();
		assertThat(count("relay_member where alive_until")).as("renewed").isEqualTo(1);
		assertThat(held(this.second)).as("free").isEmpty();
	}

	private long count(String rowsByTime) {
		try (StatelessSession session = this.sessions.openStatelessSession()) {
			return session.createNativeQuery("select count(*) from " + rowsByTime
					+ " between current_timestamp + interval '3' second and current_timestamp + interval '5' second",
					Long.class)
				.getSingleResult();
		}
	}

	@Test
	void oneThatComesGetsItsShareAsTheOtherGivesBack() {
		held(this.first);
		assertThat(held(this.second)).isEmpty();
		LeaseView above = renew(this.first, Map.of(), List.of());
		assertThat(above.share()).isEqualTo(3);
		assertThat(above.held()).hasSize(5);
		assertThat(renew(this.first, Map.of(), List.of(3, 4)).held()).containsExactly(0, 1, 2);
		assertThat(held(this.second)).containsExactly(3, 4);
		assertThat(held(this.first)).containsExactly(0, 1, 2);
	}

	@Test
	void takesOverWhatADeadOneHeld() {
		held(this.first);
		held(this.second);
		renew(this.first, Map.of(), List.of(3, 4));
		held(this.second);
		execute("update relay_lease set held_until = current_timestamp - interval '1' second where partition_id < 3");
		execute("update relay_member set alive_until = current_timestamp - interval '1' second where owner in "
				+ "(select owner from relay_lease where partition_id = 0)");
		assertThat(held(this.second)).containsExactly(0, 1, 2, 3, 4);
		assertThat(held(this.first)).as("back from the dead").isEmpty();
	}

	@Test
	void sharesPartitionsAsTheyComeAndGo() {
		held(this.first);
		execute("insert into log_partition (partition_id, topic_id, partition_number, log_start_offset, log_end_offset, "
				+ "producers, row_version) values (10000, 0, 10000, 0, 0, 0, 0)");
		assertThat(this.first.renew(Set.of(0, 1, 2, 3, 4, 10_000), Map.of(10_000, 7L), List.of()).held())
			.containsExactly(0, 1, 2, 3, 4, 10_000);
		LeaseView all = this.first.renew(Set.of(0, 1, 2, 3, 4, 10_000), Map.of(10_000, 8L), List.of());
		assertThat(all.relayed()).isEqualTo(Map.of(10_000, 8L));
		assertThat(all.share()).isEqualTo(6);
		execute("update log_partition set topic_id = null where partition_id = 10000");
		LeaseView fewer = renew(this.first, Map.of(), List.of());
		assertThat(fewer.held()).containsExactly(0, 1, 2, 3, 4);
		assertThat(fewer.share()).isEqualTo(5);
	}

	/** As a database may that fails over to a standby which lagged behind. */
	@Test
	void makesRowsAgainThatTheDatabaseHasLost() {
		held(this.first);
		execute("delete from relay_lease where partition_id = 3");
		assertThat(held(this.first)).containsExactly(0, 1, 2, 3, 4);
		execute("delete from relay_lease");
		assertThat(held(this.first)).containsExactly(0, 1, 2, 3, 4);
		assertThat(this.first.lack()).isFalse();
	}

	/** As after a growth that the database has lost, and that was asked for again. */
	@Test
	void saysThatThereAreNoRowsOfPartitionsThatAreNotThere() {
		assertThat(this.first.renew(Set.of(0, 1, 2, 3, 4, 9_999), Map.of(), List.of()).held()).containsExactly(0, 1, 2,
				3, 4);
		assertThat(this.first.lack()).isTrue();
		held(this.first);
		assertThat(this.first.lack()).isFalse();
	}

	@Test
	void oneThatLeavesIsMissedAtOnce() {
		held(this.first);
		assertThat(held(this.second)).isEmpty();
		this.first.leave();
		assertThat(held(this.second)).containsExactly(0, 1, 2, 3, 4);
	}

	@Test
	void sharesNothingWithGatewaysOfAnotherTopic() {
		Leases other = leases("other");
		assertThat(held(this.first)).containsExactly(0, 1, 2, 3, 4);
		assertThat(held(other)).containsExactly(0, 1, 2, 3, 4);
		renew(this.first, Map.of(2, 41L), List.of());
		assertThat(renew(other, Map.of(2, 7L), List.of()).relayed()).isEqualTo(Map.of(2, 7L));
		LeaseView view = renew(this.first, Map.of(), List.of());
		assertThat(view.relayed()).isEqualTo(Map.of(2, 41L));
		assertThat(view.share()).isEqualTo(5);
		assertThat(view.held()).containsExactly(0, 1, 2, 3, 4);
		assertThat(this.first.otherTopics()).containsExactly("other");
		other.leave();
		held(this.first);
		assertThat(this.first.otherTopics()).isEmpty();
	}

	@Test
	void takesOverTheLeasesOfVersionWithoutTopics() {
		execute("insert into relay_member (owner, alive_until) values ('old', current_timestamp + interval '5' second)");
		for (int partition = 0; partition < 5; partition++) {
			execute("insert into relay_lease (partition_id, owner, held_until, relayed_offset) values (" + partition
					+ ", " + ((partition < 3) ? "'old'" : "null") + ", current_timestamp + interval '5' second, 7)");
		}
		LeaseView beside = renew(this.first, Map.of(), List.of());
		assertThat(beside.share()).as("the old one is a member").isEqualTo(3);
		assertThat(beside.held()).containsExactly(3, 4);
		assertThat(beside.relayed()).as("of another Kafka topic, perhaps").isEmpty();
		assertThat(this.first.otherTopics()).isEmpty();
		execute("delete from relay_member where owner = 'old'");
		execute("update relay_lease set owner = null where owner = 'old'");
		assertThat(held(this.first)).containsExactly(0, 1, 2, 3, 4);
	}

	@Test
	void showsEveryGatewayHowFarAPartitionIs() {
		held(this.first);
		renew(this.first, Map.of(2, 41L), List.of());
		renew(this.second, Map.of(2, 7L), List.of());
		assertThat(renew(this.second, Map.of(), List.of()).relayed()).as("from the holder").isEqualTo(Map.of(2, 41L));
	}

	/** However many partitions there are, a statement has a bounded number of them. */
	@Test
	void takesReportsAndGivesBackNoMoreThanGoesIntoAStatement() {
		Leases small = new Leases(this.repository, this.transactions, "topic", 2);
		assertThat(held(small)).containsExactly(0, 1);
		assertThat(held(small)).containsExactly(0, 1, 2, 3);
		assertThat(held(small)).containsExactly(0, 1, 2, 3, 4);
		assertThat(held(this.second)).isEmpty();
		assertThat(renew(small, new TreeMap<>(Map.of(2, 7L, 3, 8L, 4, 9L)), List.of()).relayed())
			.isEqualTo(Map.of(2, 7L, 3, 8L));
		assertThat(renew(small, Map.of(), List.of(2, 3, 4)).held()).containsExactly(0, 1, 4);
	}

	@Test
	void reportsEachInItsTurnWhereAllAdvanceAlways() {
		Leases small = new Leases(this.repository, this.transactions, "topic", 2);
		for (int renewals = 0; renewals < 3; renewals++) {
			held(small);
		}
		assertThat(renew(small, advanced(10), List.of()).relayed()).isEqualTo(Map.of(0, 10L, 1, 10L));
		assertThat(renew(small, advanced(11), List.of()).relayed()).isEqualTo(Map.of(0, 10L, 1, 10L, 2, 11L, 3, 11L));
		assertThat(renew(small, advanced(12), List.of()).relayed())
			.isEqualTo(Map.of(0, 12L, 1, 10L, 2, 11L, 3, 11L, 4, 12L));
		assertThat(renew(small, advanced(13), List.of()).relayed())
			.isEqualTo(Map.of(0, 12L, 1, 13L, 2, 13L, 3, 11L, 4, 12L));
	}

	/** Not in order. */
	private static Map<Integer, Long> advanced(long offset) {
		Map<Integer, Long> relayed = new LinkedHashMap<>();
		List.of(3, 1, 4, 0, 2).forEach((partition) -> relayed.put(partition, offset));
		return relayed;
	}

	private void execute(String sql) {
		try (StatelessSession session = this.sessions.openStatelessSession()) {
			session.beginTransaction();
			session.createNativeMutationQuery(sql).executeUpdate();
			session.getTransaction().commit();
		}
	}

}
