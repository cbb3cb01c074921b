package org.exactlyonce.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.exactlyonce.client.support.CuttingProxy;
import org.exactlyonce.client.support.SharedGateway;
import org.exactlyonce.client.support.Topics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * All partitions of a topic are read by one reader.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class TopicReaderIT {

	@RegisterExtension
	private static final SharedGateway gateway = new SharedGateway();

	@Test
	void readsEachPartitionInOrderAndWhatIsYetToCome() throws Exception {
		Topics.put(gateway.url(), "three", 3);
		fill("three", 300, 300, 300);
		try (RecordReader reader = read("three", Position.earliest())) {
			assertThat(take(reader, 900))
				.containsExactlyInAnyOrderEntriesOf(Map.of(0, numbers(300), 1, numbers(300), 2, numbers(300)));
			assertThat(reader.poll(Duration.ZERO)).isNull();
			for (int partition = 0; partition < 3; partition++) {
				fill("three", one(partition));
				ReceivedRecord next = reader.next();
				assertThat(List.of(next.partition(), next.offset())).isEqualTo(List.of(partition, 300L));
			}
		}
	}

	@Test
	void noPartitionWaitsForALongOne() throws Exception {
		Topics.put(gateway.url(), "uneven", 3);
		fill("uneven", 3000, 5, 5);
		ReaderSettings settings = ReaderSettings.of(gateway.url());
		ReaderSettings small = new ReaderSettings(settings.urls(), null, null, settings.requestTimeout(),
				settings.preferWait(), 30, null);
		try (RecordReader reader = RecordReader.open(small, "uneven", Position.earliest())) {
			List<Integer> partitions = new ArrayList<>();
			for (int i = 0; i < 3010; i++) {
				partitions.add(reader.next().partition());
			}
			assertThat(partitions.lastIndexOf(1)).isLessThan(1500);
			assertThat(partitions.lastIndexOf(2)).isLessThan(1500);
		}
	}

	@Test
	void readsPartitionsThatAreNewFromTheirStart() throws Exception {
		Topics.put(gateway.url(), "growing", 1);
		fill("growing", 4);
		ReaderSettings settings = ReaderSettings.of(gateway.url()).withMetadataMaxAge(Duration.ofMillis(200));
		try (RecordReader reader = RecordReader.open(settings, "growing", Position.latest())) {
			// Until it has begun.
			do {
				fill("growing", 1);
			}
			while (reader.poll(Duration.ofMillis(500)) == null);
			Topics.put(gateway.url(), "growing", 3);
			fill("growing", 0, 3, 4);
			Map<Integer, List<Long>> taken = new HashMap<>();
			while (count(taken, 1) + count(taken, 2) < 7) {
				take(reader, 1).forEach((partition, read) -> taken.merge(partition, read, TopicReaderIT::joined));
			}
			assertThat(taken).containsEntry(1, numbers(3)).containsEntry(2, numbers(4));
		}
	}

	@Test
	void goesOnWhereAnotherOneWas() throws Exception {
		Topics.put(gateway.url(), "resumed", 3);
		fill("resumed", 40, 40, 40);
		Map<Integer, Long> offsets = new HashMap<>();
		Map<Integer, List<Long>> all;
		try (RecordReader reader = read("resumed", Position.earliest())) {
			all = take(reader, 50);
			all.forEach((partition, read) -> offsets.put(partition, read.get(read.size() - 1) + 1));
		}
		try (RecordReader reader = RecordReader.open(ReaderSettings.of(gateway.url()), "resumed", offsets)) {
			take(reader, 70).forEach((partition, read) -> all.merge(partition, read, TopicReaderIT::joined));
			assertThat(reader.poll(Duration.ofMillis(300))).isNull();
		}
		assertThat(all).isEqualTo(Map.of(0, numbers(40), 1, numbers(40), 2, numbers(40)));
		try (RecordReader reader = RecordReader.open(ReaderSettings.of(gateway.url()), "resumed", Map.of(1, 38L))) {
			assertThat(take(reader, 82)).isEqualTo(Map.of(0, numbers(40), 1, List.of(38L, 39L), 2, numbers(40)));
		}
	}

	@Test
	void goesOnWhereItWasWhenConnectionsAreCut() throws Exception {
		Topics.put(gateway.url(), "cut", 3);
		fill("cut", 300, 300, 300);
		try (CuttingProxy proxy = new CuttingProxy(gateway.port(), 7)) {
			proxy.cut(0.2, 0.4);
			ReaderSettings settings = ReaderSettings.of(proxy.url());
			ReaderSettings small = new ReaderSettings(settings.urls(), null, null, settings.requestTimeout(),
					settings.preferWait(), 60, null);
			try (RecordReader reader = RecordReader.open(small, "cut", Position.earliest())) {
				assertThat(take(reader, 900)).isEqualTo(Map.of(0, numbers(300), 1, numbers(300), 2, numbers(300)));
			}
			assertThat(proxy.cuts()).isGreaterThan(10);
		}
	}

	@Test
	void beginsAtATimeInEachPartition() throws Exception {
		Topics.put(gateway.url(), "timed", 2);
		fill("timed", 3, 3);
		TimeUnit.MILLISECONDS.sleep(50);
		try (RecordProducer producer = open()) {
			Receipt receipt = producer.send(outgoing("timed", 1)).join();
			try (RecordReader reader = read("timed", Position.at(receipt.appendedAt()))) {
				assertThat(reader.next().offset()).isEqualTo(3);
				producer.send(outgoing("timed", 0)).join();
				ReceivedRecord next = reader.next();
				assertThat(List.of(next.partition(), next.offset())).isEqualTo(List.of(0, 3L));
			}
		}
	}

	@Test
	void endsWhenItIsClosed() throws Exception {
		Topics.put(gateway.url(), "closed", 3);
		for (int millis : List.of(0, 500)) {
			RecordReader reader = read("closed", Position.earliest());
			CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(reader::hasNext);
			TimeUnit.MILLISECONDS.sleep(millis);
			assertThat(waiting).isNotDone();
			reader.close();
			assertThat(waiting.get(5, TimeUnit.SECONDS)).isFalse();
			assertThat(reader.poll(Duration.ofSeconds(30))).isNull();
		}
		try (RecordReader nowhere = RecordReader.open(ReaderSettings.of("http://127.0.0.1:1"), "closed",
				Position.earliest())) {
			assertThat(nowhere.poll(Duration.ofMillis(300))).isNull();
		}
	}

	@Test
	void endsWhereATopicIsMadeAgain() throws Exception {
		Topics.put(gateway.url(), "again", 1);
		fill("again", 3);
		try (RecordReader atTheEnd = RecordReader.open(ReaderSettings.of(gateway.url()), "again", Map.of(0, 3L))) {
			assertThat(atTheEnd.poll(Duration.ofMillis(300))).isNull();
		}
		try (RecordReader reader = read("again", Position.earliest())) {
			assertThat(take(reader, 3)).isEqualTo(Map.of(0, numbers(3)));
			Topics.delete(gateway.url(), "again");
			Topics.put(gateway.url(), "again", 1);
			fill("again", 2);
			assertThatThrownBy(reader::next).isInstanceOf(LogMismatchException.class);
		}
	}

	@Test
	void saysWhatIsWrong() throws Exception {
		Topics.put(gateway.url(), "few", 2);
		ReaderSettings settings = ReaderSettings.of(gateway.url());
		assertThatIllegalArgumentException().isThrownBy(() -> RecordReader.open(settings, "few", Position.offset(7)))
			.withMessageContaining("belongs to one partition");
		assertThatIllegalArgumentException().isThrownBy(() -> RecordReader.open(settings, "few", Map.of(0, -1L)));
		assertThatIllegalArgumentException().isThrownBy(() -> RecordReader.open(settings, "few", Map.of(-1, 0L)));
		assertThatThrownBy(() -> RecordReader.open(settings, "..", Position.earliest()))
			.isInstanceOf(InvalidTopicException.class);
		try (RecordReader missing = read("missing", Position.earliest());
				RecordReader fewer = RecordReader.open(settings, "few", Map.of(2, 0L));
				RecordReader above = RecordReader.open(settings, "few", Map.of(1, 5L))) {
			for (int i = 0; i < 2; i++) {
				assertThatThrownBy(missing::next).isInstanceOf(UnknownPartitionException.class);
				assertThatThrownBy(fewer::next).isInstanceOf(UnknownPartitionException.class)
					.hasMessageContaining("partition 2 of topic few");
			}
			assertThatThrownBy(above::next).isInstanceOf(LogMismatchException.class)
				.hasMessageContaining("partition 1 of topic few");
		}
	}

	private static RecordReader read(String topic, Position from) {
		return RecordReader.open(ReaderSettings.of(gateway.url()), topic, from);
	}

	/** The offsets that were read, by partition, in the order in which they came. */
	private static Map<Integer, List<Long>> take(RecordReader reader, int count) {
		Map<Integer, List<Long>> taken = new HashMap<>();
		for (int i = 0; i < count; i++) {
			ReceivedRecord next = reader.next();
			taken.computeIfAbsent(next.partition(), (partition) -> new ArrayList<>()).add(next.offset());
		}
		return taken;
	}

	private static List<Long> joined(List<Long> first, List<Long> second) {
		List<Long> joined = new ArrayList<>(first);
		joined.addAll(second);
		return joined;
	}

	private static int count(Map<Integer, List<Long>> taken, int partition) {
		return taken.getOrDefault(partition, List.of()).size();
	}

	private static List<Long> numbers(int count) {
		return IntStream.range(0, count).mapToObj(Long::valueOf).toList();
	}

	/** One record, of a partition. */
	private static int[] one(int partition) {
		int[] counts = new int[partition + 1];
		counts[partition] = 1;
		return counts;
	}

	private static void fill(String topic, int... counts) throws InterruptedException {
		try (RecordProducer producer = open()) {
			for (int partition = 0; partition < counts.length; partition++) {
				for (int i = 0; i < counts[partition]; i++) {
					producer.send(outgoing(topic, partition));
				}
			}
			producer.flush();
		}
	}

	private static OutgoingRecord outgoing(String topic, int partition) {
		return new OutgoingRecord(topic, partition, null, Value.json("1"), List.of(), null);
	}

	private static RecordProducer open() {
		return RecordProducer.open(ProducerSettings.builder(gateway.url()).build());
	}

}
