package org.exactlyonce.gateway.relay;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreatePartitionsResult;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.DescribeConfigsResult;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.exactlyonce.gateway.topic.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.anyCollection;
import static org.mockito.ArgumentMatchers.anyMap;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * What a topic needs of the one with the cursors, on a Kafka that has no topic with more
 * than a number of partitions.
 */
class RelayTopicsTest {

	private static final RelayProperties PROPERTIES = new RelayProperties(true, "records", "", "cursors", 4);

	private static final Config COMPACTED = new Config(
			List.of(new ConfigEntry(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT)));

	private final KafkaClients clients = mock(KafkaClients.class);

	private final RelayTopics topics = new RelayTopics(this.clients, PROPERTIES);

	private final TreeSet<Integer> wanted = new TreeSet<>();

	private int cursorPartitions;

	private int mostPartitions;

	private boolean away;

	@BeforeEach
	void begin() {
		Admin admin = mock(Admin.class);
		given(this.clients.admin()).willReturn(admin);
		given(admin.describeTopics(anyCollection())).will((call) -> {
			String name = call.<List<String>>getArgument(0).get(0);
			DescribeTopicsResult result = mock(DescribeTopicsResult.class);
			KafkaFuture<Map<String, TopicDescription>> described = describe(name);
			given(result.allTopicNames()).willReturn(described);
			return result;
		});
		given(admin.createTopics(anyCollection())).will((call) -> {
			CreateTopicsResult result = mock(CreateTopicsResult.class);
			KafkaFuture<Void> created = grow(call.<List<NewTopic>>getArgument(0).get(0).numPartitions());
			given(result.all()).willReturn(created);
			return result;
		});
		given(admin.createPartitions(anyMap())).will((call) -> {
			CreatePartitionsResult result = mock(CreatePartitionsResult.class);
			KafkaFuture<Void> grown = grow(call.<Map<String, NewPartitions>>getArgument(0).get("cursors").totalCount());
			given(result.all()).willReturn(grown);
			return result;
		});
		given(admin.describeConfigs(anyCollection())).will((call) -> {
			DescribeConfigsResult result = mock(DescribeConfigsResult.class);
			KafkaFuture<Map<ConfigResource, Config>> described = KafkaFuture
				.completedFuture(Map.of(call.<List<ConfigResource>>getArgument(0).get(0), COMPACTED));
			given(result.all()).willReturn(described);
			return result;
		});
	}

	private KafkaFuture<Map<String, TopicDescription>> describe(String name) {
		KafkaFutureImpl<Map<String, TopicDescription>> described = new KafkaFutureImpl<>();
		if (name.equals("cursors") && this.away) {
			described.completeExceptionally(new TimeoutException("away"));
		}
		else if (name.equals("cursors") && this.cursorPartitions == 0) {
			described.completeExceptionally(new UnknownTopicOrPartitionException());
		}
		else {
			described.complete(Map.of(name, described(name)));
		}
		return described;
	}

	private TopicDescription described(String name) {
		int partitions = name.equals("cursors") ? this.cursorPartitions : name.equals("records") ? 100 : 1;
		return new TopicDescription(name, false,
				IntStream.range(0, partitions)
					.mapToObj((number) -> new TopicPartitionInfo(number, Node.noNode(), List.of(), List.of()))
					.toList());
	}

	private KafkaFuture<Void> grow(int partitions) {
		this.wanted.add(partitions);
		KafkaFutureImpl<Void> grown = new KafkaFutureImpl<>();
		if (partitions > this.mostPartitions) {
			grown.completeExceptionally(new PolicyViolationException("too many"));
		}
		else {
			this.cursorPartitions = partitions;
			grown.complete(null);
		}
		return grown;
	}

	private static RelayedTopic topic(String name, int partitions) {
		TopicPartition.Placed placed = new TopicPartition.Placed(
				new TopicPartition(name, name.equals("records") ? 0 : 1, 0, 0), new UUID(0, partitions));
		RelayedTopic topic = RelayedTopic.of(placed, PROPERTIES);
		topic.grow(partitions);
		return topic;
	}

	private void assertRefused(RelayedTopic topic) {
		assertThatExceptionOfType(RelayRefusedException.class).isThrownBy(() -> this.topics.verify(topic))
			.withMessageContaining("The topic cursors needs 100 partitions");
	}

	@Test
	void aTopicWhoseCursorsNeedMoreThanThereCanBeStopsAlone() {
		this.cursorPartitions = 50;
		this.mostPartitions = 50;
		RelayedTopic records = topic("records", 100);
		RelayedTopic orders = topic("orders", 1);
		assertRefused(records);
		assertThatNoException().isThrownBy(() -> this.topics.verify(orders));
		assertRefused(records);
		assertThatNoException().isThrownBy(() -> this.topics.verifyRecently(orders));
	}

	@Test
	void addsWhatOneTopicNeedsWhereAnotherNeedsTooMany() {
		this.cursorPartitions = 1;
		this.mostPartitions = 60;
		assertRefused(topic("records", 100));
		this.topics.verify(topic("orders", 1));
		assertThat(this.cursorPartitions).isEqualTo(50);
	}

	/** Both are known before Kafka can be asked. */
	private void wishBoth() {
		this.away = true;
		assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> this.topics.verify(topic("orders", 1)));
		assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> this.topics.verify(topic("records", 100)));
		this.away = false;
	}

	/** What is wrong is not looked at again at once. */
	private void verifyOrdersAgain() {
		await().ignoreException(TimeoutException.class).until(() -> {
			this.topics.verify(topic("orders", 1));
			return true;
		});
	}

	@Test
	void createsTheCursorsForTheLargestWish() {
		this.mostPartitions = 100;
		wishBoth();
		verifyOrdersAgain();
		assertThat(this.wanted).containsExactly(100);
		assertThat(this.cursorPartitions).isEqualTo(100);
	}

	@Test
	void createsTheCursorsForTheSmallestWishWhereKafkaRefusesTheLargest() {
		this.mostPartitions = 50;
		wishBoth();
		verifyOrdersAgain();
		assertThat(this.cursorPartitions).isEqualTo(50);
		assertRefused(topic("records", 100));
	}

	@Test
	void aTopicGoesOnOnceItsCursorsHaveThePartitions() {
		this.cursorPartitions = 50;
		this.mostPartitions = 100;
		this.topics.verify(topic("orders", 1));
		assertThat(this.wanted).isEmpty();
		this.topics.verify(topic("records", 100));
		assertThat(this.wanted).containsExactly(100);
		assertThat(this.cursorPartitions).isEqualTo(100);
	}

}
