package org.exactlyonce.client.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A real Kafka broker with one topic.
 */
final class KafkaLog implements Log {

	private final String address;

	private final ServerProcess process;

	private KafkaLog(int port, ServerProcess process) {
		this.address = "127.0.0.1:" + port;
		this.process = process;
	}

	/**
	 * Starts one.
	 * @param quick whether it is to start fast, and to run slowly
	 * @param lines lines for its properties
	 */
	static KafkaLog start(boolean quick, String... lines) {
		int port = freePort();
		int controller = freePort();
		KafkaLog log = new KafkaLog(port,
				ServerProcess.start(quick,
						(folder) -> List.of("-cp", ServerProcess.classPath(), KafkaMain.class.getName(),
								folder.toString(), "" + port, "" + controller, String.join("\n", lines))));
		log.createTopic();
		return log;
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void createTopic() {
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", this.address))) {
			admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1))).all().get(60, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			close();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public String address() {
		return this.address;
	}

	@Override
	public List<Stored> read(int partition, long offset) {
		TopicPartition where = new TopicPartition(TOPIC, partition);
		try (Consumer<byte[], byte[]> consumer = consumer()) {
			consumer.assign(List.of(where));
			consumer.seek(where, offset);
			long end = consumer.endOffsets(List.of(where)).get(where);
			List<Stored> stored = new ArrayList<>();
			while (consumer.position(where) < end) {
				for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
					stored.add(new Stored(record.offset(), record.timestamp(), record.key(), record.value(),
							List.of(record.headers().toArray())));
				}
			}
			return stored;
		}
	}

	@Override
	public long end(int partition) {
		TopicPartition where = new TopicPartition(TOPIC, partition);
		try (Consumer<byte[], byte[]> consumer = consumer()) {
			return consumer.endOffsets(List.of(where)).get(where);
		}
	}

	private Consumer<byte[], byte[]> consumer() {
		return new KafkaConsumer<>(Map.of("bootstrap.servers", this.address), new ByteArrayDeserializer(),
				new ByteArrayDeserializer());
	}

	@Override
	public void close() {
		this.process.close();
	}

}
