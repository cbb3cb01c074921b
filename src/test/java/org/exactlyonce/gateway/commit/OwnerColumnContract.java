package org.exactlyonce.gateway.commit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.function.Supplier;

import org.assertj.core.api.AbstractStringAssert;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.producer.Registrations;
import org.exactlyonce.gateway.request.Requester;
import org.exactlyonce.gateway.sequence.AppendDecision;
import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.exactlyonce.gateway.statement.RoundTrip;
import org.exactlyonce.gateway.store.Fences;
import org.exactlyonce.gateway.store.Store;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.exactlyonce.gateway.commit.Appends.sentBy;
import static org.exactlyonce.gateway.commit.TestLog.request;

/** The owners of producers as the database has them, on any database. */
abstract class OwnerColumnContract {

	private static final Requester A = new Requester("a", false);

	private static final Requester B = new Requester("b", false);

	private static final Requester ADMINISTRATOR = new Requester("c", true);

	private static final AppendDecision NOT_OWNER = new AppendDecision.NotOwner();

	private static final int RACES = 12;

	private final TestLog log;

	private final Registrations registrations;

	private final int partition;

	OwnerColumnContract(TestLog log) {
		this.log = log;
		this.registrations = log.registrations;
		this.partition = log.newPartition();
	}

	private ProducerIdentity newProducer(Requester owner) {
		return new ProducerIdentity(this.registrations.register(null, owner).producerId(), 0);
	}

	private AbstractStringAssert<?> assertThatOwnerOf(long producerId) {
		return assertThat(this.log.inTransaction(() -> this.log.jdbc
			.queryForObject("select coalesce(owner, 'none') from producer where id = ?", String.class, producerId)));
	}

	private long epoch(long producerId) {
		return this.log.rows("select epoch from producer where id = ?", producerId);
	}

	private static void assertRefused(Runnable work, String code) {
		assertThatExceptionOfType(ProblemException.class).isThrownBy(work::run)
			.satisfies(
					(ex) -> assertThat(String.valueOf(ex.problem().toResponse().getBody())).contains("code=" + code));
	}

	@Test
	void belongsToThePrincipalThatRegistersIt() {
		ProducerIdentity producer = newProducer(A);
		assertThatOwnerOf(producer.producerId()).isEqualTo("a");
		assertThat(this.log.refused(sentBy("b", request(this.partition, producer, 0, "1")))).isEqualTo(NOT_OWNER);
		this.log.stored(sentBy("a", request(this.partition, producer, 0, "1")));
		assertThat(this.log.refused(sentBy("b", request(this.partition, producer, 0, "1")))).as("a duplicate")
			.isEqualTo(NOT_OWNER);
		assertThat(this.log.stored(sentBy("a", request(this.partition, producer, 0, "1"))).duplicate()).isTrue();
		assertThat(this.log.stored(request(this.partition, producer, 1, "2")).duplicate()).as("without a principal")
			.isFalse();
		assertThat(this.log.read(this.partition)).hasSize(2);
	}

	@Test
	void becomesThatOfTheFirstPrincipalThatAppendsAsIt() {
		ProducerIdentity producer = this.log.newProducer();
		this.log.stored(request(this.partition, producer, 0, "1"));
		assertThat(this.log.refused(sentBy("b", request(this.partition, producer, 2, "3"))))
			.isInstanceOf(AppendDecision.OutOfOrder.class);
		assertThat(this.log.stored(sentBy("b", request(this.partition, producer, 0, "1"))).duplicate()).isTrue();
		assertThat(this.log.commit(sentBy("b", request(this.partition, producer, 0, "x"))).get(0))
			.isInstanceOf(AppendOutcome.Reused.class);
		assertThatOwnerOf(producer.producerId()).as("nothing was stored").isEqualTo("none");
		int other = this.log.newPartition();
		List<AppendOutcome> outcomes = this.log.commit(sentBy("a", request(this.partition, producer, 1, "2")),
				sentBy("b", request(this.partition, producer, 2, "3")), sentBy("b", request(other, producer, 0, "4")),
				sentBy("a", request(this.partition, producer, 2, "3")));
		assertThat(outcomes.subList(1, 3)).containsOnly(new AppendOutcome.Refused(new AppendDecision.NotOwner()));
		assertThat(TestLog.receipt(outcomes.get(3)).nextSequence()).isEqualTo(3);
		assertThatOwnerOf(producer.producerId()).isEqualTo("a");
		assertThat(this.log.read(other)).isEmpty();
	}

	/** It was read without an owner, and is another's when it is to be claimed. */
	@Test
	void refusesAnAppendWhoseClaimIsLost() {
		ProducerIdentity producer = this.log.newProducer();
		AppendRequest losing = sentBy("a", request(this.partition, producer, 0, "1"));
		try (StatelessSession session = this.log.bean(SessionFactory.class).openStatelessSession();
				GroupRows rows = new GroupRows(
						new RoundTrip(session, this.log.bean(Store.class).takesSeveralStatements()),
						this.log.bean(Fences.class))) {
			session.beginTransaction();
			GroupState read = rows.lock(List.of(losing));
			this.log.stored(sentBy("b", request(this.log.newPartition(), producer, 0, "1")));
			assertThat(claims(read, losing)).isEqualTo(Map.of(producer.producerId(), "a"));
			GroupState locked = rows.lockOwners(read, Set.of(producer.producerId()));
			assertThat(claims(locked, losing)).isEmpty();
			session.getTransaction().rollback();
		}
		assertThat(this.log.refused(losing)).isEqualTo(NOT_OWNER);
		assertThatOwnerOf(producer.producerId()).isEqualTo("b");
	}

	private static Map<Long, String> claims(GroupState state, AppendRequest request) {
		return AppendGroup.judge(state, List.of(request), Appends.NOW).changes().claims();
	}

	@Test
	void letsOneOfTwoRacingPrincipalsWin() {
		int other = this.log.newPartition();
		for (int i = 0; i < RACES; i++) {
			ProducerIdentity producer = this.log.newProducer();
			List<Boolean> won = race(() -> isStored(sentBy("a", request(this.partition, producer, 0, "1"))),
					() -> isStored(sentBy("b", request(other, producer, 0, "1"))));
			assertThat(won).containsExactlyInAnyOrder(true, false);
			assertThatOwnerOf(producer.producerId()).isEqualTo(won.get(0) ? "a" : "b");
		}
		assertThat(this.log.read(this.partition).size() + this.log.read(other).size()).isEqualTo(RACES);
	}

	@Test
	void letsOneOfAnAppendAndARegistrationWin() {
		for (int i = 0; i < RACES; i++) {
			String name = "race-" + this.partition + "-" + i;
			ProducerIdentity producer = new ProducerIdentity(this.registrations.register(name).producerId(), 0);
			List<Boolean> won = race(() -> isStored(sentBy("a", request(this.partition, producer, 0, "1"))),
					() -> isRegistered(name, B));
			assertThat(won).containsExactlyInAnyOrder(true, false);
			assertThatOwnerOf(producer.producerId()).isEqualTo(won.get(0) ? "a" : "b");
			assertThat(epoch(producer.producerId())).isEqualTo(won.get(0) ? 0 : 1);
		}
	}

	private boolean isStored(AppendRequest request) {
		AppendOutcome outcome = this.log.bean(Lanes.class).submit(request).join();
		assertThat(outcome).isInstanceOfAny(AppendOutcome.Stored.class, AppendOutcome.Refused.class);
		return outcome instanceof AppendOutcome.Stored;
	}

	private boolean isRegistered(String name, Requester requester) {
		try {
			this.registrations.register(name, requester);
			return true;
		}
		catch (ProblemException ex) {
			return false;
		}
	}

	private static List<Boolean> race(Supplier<Boolean> one, Supplier<Boolean> other) {
		CyclicBarrier start = new CyclicBarrier(2);
		List<CompletableFuture<Boolean>> racing = new ArrayList<>();
		for (Supplier<Boolean> racer : List.of(one, other)) {
			racing.add(CompletableFuture.supplyAsync(() -> {
				try {
					start.await();
				}
				catch (Exception ex) {
					throw new IllegalStateException(ex);
				}
				return racer.get();
			}, (task) -> new Thread(task).start()));
		}
		return racing.stream().map(CompletableFuture::join).toList();
	}

	@Test
	void refusesARegistrationUnderAnothersNameAndFencesNothing() {
		String name = "owned-" + this.partition;
		ProducerIdentity producer = new ProducerIdentity(this.registrations.register(name, A).producerId(), 0);
		assertRefused(() -> this.registrations.register(name, B), "NOT_OWNER");
		assertRefused(() -> this.registrations.register(name, ADMINISTRATOR), "NOT_OWNER");
		assertThat(epoch(producer.producerId())).isZero();
		this.log.stored(sentBy("a", request(this.partition, producer, 0, "1")));
		assertThat(this.registrations.register(name, A).epoch()).isOne();
		assertThat(this.registrations.register(name).epoch()).as("without a principal").isEqualTo(2);
		assertThatOwnerOf(producer.producerId()).isEqualTo("a");
	}

	@Test
	void claimsByARegistrationOrARaise() {
		String name = "unowned-" + this.partition;
		long named = this.registrations.register(name).producerId();
		assertThat(this.registrations.register(name, A).epoch()).isOne();
		assertThatOwnerOf(named).isEqualTo("a");
		long anonymous = this.log.newProducer().producerId();
		assertThat(this.registrations.raiseEpoch(anonymous, 0L, B).epoch()).isOne();
		assertThatOwnerOf(anonymous).isEqualTo("b");
	}

	@Test
	void administratorStopsAProducerWithoutClaimingIt() {
		ProducerIdentity producer = this.log.newProducer();
		assertThat(this.registrations.raiseEpoch(producer.producerId(), null, ADMINISTRATOR).epoch()).isOne();
		assertThat(this.registrations.raiseEpoch(producer.producerId(), 1L, ADMINISTRATOR).epoch()).isEqualTo(2);
		assertThatOwnerOf(producer.producerId()).isEqualTo("none");
	}

	@Test
	void raisesNoEpochOfAnothers() {
		long producer = newProducer(A).producerId();
		assertRefused(() -> this.registrations.raiseEpoch(producer, null, B), "UNKNOWN_PRODUCER_ID");
		assertRefused(() -> this.registrations.raiseEpoch(producer, 0L, B), "UNKNOWN_PRODUCER_ID");
		assertRefused(() -> this.registrations.raiseEpoch(producer, 7L, B), "UNKNOWN_PRODUCER_ID");
		assertThat(epoch(producer)).isZero();
		assertThat(this.registrations.raiseEpoch(producer, null, A).epoch()).isOne();
		assertThat(this.registrations.raiseEpoch(producer, 1L, ADMINISTRATOR).epoch()).isEqualTo(2);
		assertThatOwnerOf(producer).isEqualTo("a");
	}

	@Test
	void isGivenAwayOrLosesItsOwner() {
		ProducerIdentity producer = newProducer(A);
		this.registrations.give(producer.producerId(), "b");
		assertThat(this.log.refused(sentBy("a", request(this.partition, producer, 0, "1")))).isEqualTo(NOT_OWNER);
		this.log.stored(sentBy("b", request(this.partition, producer, 0, "1")));
		this.registrations.give(producer.producerId(), null);
		this.log.stored(sentBy("a", request(this.partition, producer, 1, "2")));
		assertThatOwnerOf(producer.producerId()).isEqualTo("a");
	}

	@Test
	void takesTheLongestOwner() {
		String longest = "😀".repeat(256);
		ProducerIdentity producer = this.log.newProducer();
		this.log.stored(sentBy(longest, request(this.partition, producer, 0, "1")));
		assertThatOwnerOf(producer.producerId()).isEqualTo(longest);
	}

	@Test
	void pagesThroughOnesOwnAndCountsNoOthers() {
		List<Long> own = new ArrayList<>();
		Requester requester = new Requester("pages-" + this.partition, false);
		for (int i = 0; i < 3; i++) {
			ProducerIdentity mine = newProducer(requester);
			own.add(mine.producerId());
			this.log.stored(request(this.partition, mine, 0, "1"));
			this.log.stored(request(this.partition, newProducer(B), 0, "1"));
		}
		long start = own.get(0) - 1;
		assertThat(this.registrations.page(start, 2, requester)).isEqualTo(Map.of(own.get(0), 1, own.get(1), 1));
		assertThat(this.registrations.page(own.get(1), 2, requester)).isEqualTo(Map.of(own.get(2), 1));
		assertThat(this.registrations.page(own.get(2), 2, requester)).isEmpty();
		assertThat(this.registrations.page(start, 100, ADMINISTRATOR)).hasSizeGreaterThanOrEqualTo(6);
	}

}
