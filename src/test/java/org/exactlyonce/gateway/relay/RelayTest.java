package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import org.exactlyonce.gateway.topic.TopicPartition;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.atLeastOnce;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;

class RelayTest {

	private static final RelayProperties PROPERTIES = new RelayProperties(true, "records", "", "cursors", 4);

	private final FollowedTopics followed = mock(FollowedTopics.class);

	private final Leases leases = mock(Leases.class);

	private final RelayWorkers workers = new RelayWorkers(1);

	private final Relay relay = new Relay(this.followed, RelayTest::relay, this.leases, this.workers,
			mock(RelayTopics.class));

	private static PartitionRelay relay(RelayedPartition partition) {
		PartitionRelay relay = mock(PartitionRelay.class);
		given(relay.partition()).willReturn(partition);
		given(relay.relayedOffset()).willReturn(-1L);
		return relay;
	}

	private static RelayedPartition partition(int number) {
		TopicPartition partition = new TopicPartition("orders", 1, number, 10_000 + number);
		return new RelayedPartition(RelayedTopic.of(new TopicPartition.Placed(partition, new UUID(0, 0)), PROPERTIES),
				number, partition.id());
	}

	private static LeaseView view(Map<Integer, Long> relayed) {
		return new LeaseView(System.nanoTime(), 1, Set.of(), Set.of(), relayed, relayed);
	}

	/** Without it, retention deletes what is not relayed. */
	@Test
	void doesNotStartUntilItsDestinationIsKnown() {
		willThrow(new IllegalStateException("away")).given(this.leases).begin();
		assertThatIllegalStateException().isThrownBy(this.relay::start);
		assertThat(this.relay.isRunning()).isFalse();
		verifyNoInteractions(this.followed);
	}

	/** Retention relies on what is reported. */
	@Test
	void takesBackWhatItHasReportedOfAPartitionThatItDoesNotKnowAnyMore() {
		Map<Integer, RelayedPartition> all = Map.of(10_000, partition(0));
		PartitionRelay one = relay(all.get(10_000));
		given(one.isHeld()).willReturn(true);
		Relay relay = new Relay(this.followed, (partition) -> one, this.leases, this.workers, mock(RelayTopics.class));
		List<Map<Integer, Long>> reports = new CopyOnWriteArrayList<>();
		given(this.followed.look()).willReturn(all);
		given(this.leases.otherTopics()).willReturn(Set.of());
		given(this.leases.renew(any(), any(), any())).will((call) -> {
			reports.add(call.getArgument(1));
			return new LeaseView(System.nanoTime(), 1, Set.of(10_000), Set.of(),
					(reports.size() == 1) ? Map.of(10_000, 7L) : Map.of(), Map.of(10_000, 7L));
		});
		relay.start();
		try {
			await().until(() -> reports.size() >= 3);
			assertThat(reports.get(1)).containsOnlyKeys(10_000).containsValue(null);
			assertThat(reports.get(2)).isEmpty();
			assertThat(relay.relayedOffset(10_000)).as("as far as is known").isEqualTo(7);
		}
		finally {
			this.workers.stop(() -> {
			}, Duration.ofSeconds(5));
		}
	}

	/** As after a failover that has lost a topic: this one is another. */
	@Test
	void relaysAnewWhatHasTheIdOfAPartitionThatIsGone() {
		RelayedPartition made = partition(0);
		given(this.followed.look()).willReturn(Map.of(10_000, partition(0))).willReturn(Map.of(10_000, made));
		given(this.leases.otherTopics()).willReturn(Set.of());
		given(this.leases.renew(any(), any(), any())).willReturn(view(Map.of()));
		this.relay.start();
		try {
			await().untilAsserted(() -> assertThat(this.relay.partitions()).singleElement()
				.satisfies((one) -> assertThat(one.partition()).isSameAs(made)));
		}
		finally {
			this.workers.stop(() -> {
			}, Duration.ofSeconds(5));
		}
	}

	/**
	 * What a failover has lost and what was made anew may look the same by their sizes.
	 */
	@Test
	void readsAllPartitionsAgainWhereLeasesLackRows() {
		given(this.followed.look()).willReturn(Map.of(10_000, partition(0)));
		given(this.leases.otherTopics()).willReturn(Set.of());
		given(this.leases.renew(any(), any(), any())).willReturn(view(Map.of()));
		given(this.leases.lack()).willReturn(true);
		this.relay.start();
		try {
			await().untilAsserted(() -> verify(this.followed, atLeastOnce()).forget());
		}
		finally {
			this.workers.stop(() -> {
			}, Duration.ofSeconds(5));
		}
	}

	/**
	 * Another gateway may have relayed it: that nothing is known of it here says nothing,
	 * until its lease was read, too.
	 */
	@Test
	void hasReadTheLeaseOfANewPartitionNoSoonerThanItHas() {
		Map<Integer, RelayedPartition> one = Map.of(10_000, partition(0));
		Map<Integer, RelayedPartition> two = new TreeMap<>(one);
		two.put(10_001, partition(1));
		CompletableFuture<LeaseView> database = new CompletableFuture<>();
		given(this.followed.look()).willReturn(one).willReturn(two);
		given(this.leases.otherTopics()).willReturn(Set.of());
		given(this.leases.renew(any(), any(), any())).willReturn(view(Map.of(10_000, 3L)))
			.will((call) -> database.join());
		this.relay.start();
		try {
			await().until(() -> this.relay.partitions().size() == 2);
			assertThat(List.of(this.relay.hasReadLease(10_000), this.relay.hasReadLease(10_001))).containsExactly(true,
					false);
			database.complete(view(Map.of(10_000, 3L, 10_001, 7L)));
			await().until(() -> this.relay.hasReadLease(10_001));
			assertThat(this.relay.relayedOffset(10_001)).isEqualTo(7);
		}
		finally {
			database.complete(view(Map.of()));
			this.workers.stop(() -> {
			}, Duration.ofSeconds(5));
		}
	}

}
