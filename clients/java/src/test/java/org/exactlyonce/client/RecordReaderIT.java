package org.exactlyonce.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.exactlyonce.client.support.CuttingProxy;
import org.exactlyonce.client.support.SharedGateway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What was sent reads back.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RecordReaderIT {

	@RegisterExtension
	private static final SharedGateway gateway = new SharedGateway();

	@Test
	void readsBackAllThatARecordHas() {
		Instant timestamp = Instant.parse("2026-11-23T10:00:00.123Z");
		List<Header> headers = List.of(new Header("a", bytes("1")), new Header("a", null),
				new Header("b", new byte[] { 0, (byte) 0xff }));
		List<Value> values = List.of(Value.json("{ \"n\": 1.0, \"s\": \"\\u00e9\\n\" }"), Value.text("é\n\""),
				Value.bytes(new byte[] { 0, 1, (byte) 0xff }), Value.tombstone(), Value.json("null"));
		List<byte[]> keys = List.of(bytes("käse"), new byte[] { 0 }, new byte[] { (byte) 0xff }, new byte[0],
				bytes("\"\\"));
		try (RecordProducer producer = open(gateway.url())) {
			for (int i = 0; i < values.size(); i++) {
				producer.send(new OutgoingRecord("records", 0, keys.get(i), values.get(i), headers, timestamp)).join();
			}
			producer.send(new OutgoingRecord(0, Value.json("[]"))).join();
		}
		try (RecordReader reader = read(gateway.url(), 0)) {
			for (int i = 0; i < values.size(); i++) {
				ReceivedRecord each = reader.next();
				assertThat(each.offset()).isEqualTo(i);
				assertThat(each.key()).isEqualTo(keys.get(i));
				assertThat(each.value().kind()).isEqualTo(values.get(i).kind());
				assertThat(each.value().asText())
					.isEqualTo((i == 0) ? "{\"n\":1.0,\"s\":\"\\u00e9\\n\"}" : values.get(i).asText());
				assertThat(each.value().bytes()).isEqualTo((i == 0) ? each.value().bytes() : values.get(i).bytes());
				assertThat(each.headers()).usingRecursiveComparison().isEqualTo(headers);
				assertThat(each.timestamp()).isEqualTo(timestamp);
			}
			ReceivedRecord last = reader.next();
			assertThat(last.key()).isNull();
			assertThat(last.headers()).isEmpty();
			assertThat(last.timestamp()).isEqualTo(last.appendedAt());
		}
	}

	@Test
	void goesOnWhereItWasWhenConnectionsAreCut() throws Exception {
		try (RecordProducer producer = open(gateway.url()); CuttingProxy proxy = new CuttingProxy(gateway.port(), 1)) {
			for (int i = 0; i < 2000; i++) {
				producer.send(new OutgoingRecord(1, Value.json(Integer.toString(i))));
			}
			producer.flush();
			proxy.cut(0.2, 0.4);
			ReaderSettings settings = ReaderSettings.of(proxy.url());
			ReaderSettings small = new ReaderSettings(settings.urls(), null, null, settings.requestTimeout(),
					settings.preferWait(), 50, null);
			try (RecordReader reader = RecordReader.open(small, 1, Position.earliest())) {
				for (int i = 0; i < 2000; i++) {
					assertThat(reader.next().value().asText()).isEqualTo(Integer.toString(i));
				}
			}
			assertThat(proxy.cuts()).isGreaterThan(20);
		}
	}

	@Test
	void waitsForWhatIsYetToComeAndEndsWhenItIsClosed() throws Exception {
		RecordReader reader = read(gateway.url(), 2);
		CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(reader::hasNext);
		try (RecordProducer producer = open(gateway.url())) {
			TimeUnit.MILLISECONDS.sleep(300);
			assertThat(waiting).isNotDone();
			producer.send(new OutgoingRecord(2, Value.json("7")));
		}
		assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();
		assertThat(reader.next().value().asText()).isEqualTo("7");
		CompletableFuture<Boolean> closed = CompletableFuture.supplyAsync(reader::hasNext);
		TimeUnit.MILLISECONDS.sleep(300);
		reader.close();
		assertThat(closed.get(2, TimeUnit.SECONDS)).isFalse();
	}

	@Test
	void asksOnBetweenPollsThatDoNotWait() throws Exception {
		try (RecordProducer producer = open(gateway.url()); RecordReader reader = read(gateway.url(), 3)) {
			assertThat(reader.poll(Duration.ZERO)).isNull();
			producer.send(new OutgoingRecord(3, Value.json("7"))).join();
			ReceivedRecord first = reader.poll(Duration.ZERO);
			for (int i = 0; i < 500 && first == null; i++) {
				TimeUnit.MILLISECONDS.sleep(20);
				first = reader.poll(Duration.ZERO);
			}
			assertThat(first).isNotNull();
		}
	}

	@Test
	void readsAHeaderThatIsNamedLikeAMember() {
		List<Header> headers = List.of(new Header("value", bytes("abc")), new Header("key", bytes("\"")));
		try (RecordProducer producer = open(gateway.url()); RecordReader reader = read(gateway.url(), 4)) {
			producer.send(new OutgoingRecord("records", 4, null, Value.json("{\"value\":1}"), headers, null)).join();
			ReceivedRecord read = reader.next();
			assertThat(read.headers()).usingRecursiveComparison().isEqualTo(headers);
			assertThat(read.value().asText()).isEqualTo("{\"value\":1}");
		}
	}

	@Test
	void readsFromATime() throws Exception {
		try (RecordProducer producer = open(gateway.url())) {
			for (int i = 0; i < 5; i++) {
				Receipt receipt = producer.send(new OutgoingRecord(5, Value.json("1"))).join();
				try (RecordReader reader = read(5, Position.at(receipt.appendedAt()))) {
					assertThat(reader.next().offset()).isEqualTo(receipt.offset());
				}
				TimeUnit.MILLISECONDS.sleep(20);
			}
		}
		try (RecordReader reader = read(5, Position.latest())) {
			assertThat(reader.poll(Duration.ofMillis(50))).isNull();
		}
	}

	@Test
	void saysWhatIsWrong() {
		try (RecordReader reader = read(gateway.url(), 5000)) {
			assertThatThrownBy(reader::next).isInstanceOf(UnknownPartitionException.class);
		}
		try (RecordReader reader = read("http://127.0.0.1:1", 0)) {
			assertThat(reader.poll(Duration.ofMillis(300))).isNull();
		}
	}

	private static RecordProducer open(String url) {
		return RecordProducer.open(ProducerSettings.builder(url).build());
	}

	private static RecordReader read(String url, int partition) {
		return RecordReader.open(ReaderSettings.of(url), partition, Position.earliest());
	}

	private static RecordReader read(int partition, Position from) {
		return RecordReader.open(ReaderSettings.of(gateway.url()), partition, from);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
