package org.exactlyonce.gateway.commit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.gateway.commit.TestLog.request;

/** What a group costs, and how it locks, on any database. */
abstract class GroupCommitContract {

	/** Hibernate asks PostgreSQL for the weaker of two modes; each excludes both. */
	private static final Pattern LOCKS = Pattern.compile("(?s).* for (no key )?update( of \\w+)?");

	private final TestLog log;

	private final List<ProducerIdentity> producers = new ArrayList<>();

	private final long[] next;

	private final int statements;

	private final int roundTrips;

	/**
	 * A log.
	 * @param statements how many a group takes; the commit is one if it is sent with them
	 * @param roundTrips how often a group waits for their answers
	 */
	GroupCommitContract(TestLog log, int statements, int roundTrips) {
		this.log = log;
		this.statements = statements;
		this.roundTrips = roundTrips;
		for (int i = 0; i < 20; i++) {
			this.producers.add(log.newProducer());
		}
		this.next = new long[20];
	}

	/** A group over all producers; each has its own of the first eight partitions. */
	private List<String> sentForGroup(int size) {
		List<AppendRequest> group = new ArrayList<>();
		for (int i = 0; i < size; i++) {
			int producer = i % 20;
			group.add(request(producer % 8, this.producers.get(producer), this.next[producer]++, "1"));
		}
		return StatementLog.during(() -> {
			assertThat(this.log.bean(GroupTransaction.class).append(group))
				.hasOnlyElementsOfType(Judgement.Stored.class);
		});
	}

	List<String> statementsOfGroup(int size) {
		return StatementLog.split(sentForGroup(size));
	}

	@Test
	void takesTheSameStatementsForAnyGroup() {
		List<String> one = statementsOfGroup(1);
		assertThat(one).hasSize(this.statements);
		assertThat(statementsOfGroup(10)).as("new producers beside a known one").isEqualTo(one);
		assertThat(statementsOfGroup(200)).isEqualTo(one);
	}

	@Test
	void sendsStatementsTogetherWhereTheyHaveToTravel() {
		assertThat(sentForGroup(20)).hasSize(this.roundTrips);
	}

	@Test
	void ownersTakeNoFurtherStatementAndClaimsTwo() {
		ProducerIdentity producer = this.log.newProducer();
		List<String> claiming = StatementLog.during(() -> append("a", producer, 0));
		List<String> owning = StatementLog.during(() -> append("a", producer, 1));
		assertThat(StatementLog.split(owning)).hasSize(this.statements).isEqualTo(statementsOfGroup(1));
		assertThat(owning).hasSize(this.roundTrips);
		assertThat(StatementLog.split(claiming)).hasSize(this.statements + 2);
		assertThat(claiming).hasSize(this.roundTrips + ((this.roundTrips == this.statements) ? 2 : 1));
	}

	private void append(String principal, ProducerIdentity producer, long sequence) {
		this.log.stored(Appends.sentBy(principal, request(7, producer, sequence, "1")));
	}

	@Test
	void locksBeforeItReads() {
		List<String> statements = statementsOfGroup(1).stream().map((sql) -> sql.toLowerCase(Locale.ROOT)).toList();
		assertThat(statements.get(0)).contains("from log_partition", "order by").matches(LOCKS);
		int read = (this.roundTrips == this.statements) ? 1 : 2;
		assertThat(statements.get(read)).contains("left join producer_sequence").doesNotContain("log_partition");
		assertThat(statements.subList(1, read)).as("where fences are the database's, between them")
			.allSatisfy((sql) -> assertThat(sql).contains("pg_advisory_xact_lock_shared"));
	}

	@Test
	void verifiesRetriesOfAGroupByOneLookUp() {
		List<AppendRequest> group = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			group.add(request(i % 8, this.producers.get(i), 0, "1"));
		}
		this.log.commit(group.toArray(AppendRequest[]::new));
		List<String> statements = StatementLog.during(() -> {
			List<AppendOutcome> outcomes = this.log.commit(group.toArray(AppendRequest[]::new));
			assertThat(outcomes).allMatch((outcome) -> TestLog.receipt(outcome).duplicate());
		});
		int read = (this.roundTrips == this.statements) ? 2 : 3;
		assertThat(StatementLog.split(statements)).hasSize(read + 1).last().asString().contains("digest");
	}

}
