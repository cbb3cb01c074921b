package org.exactlyonce.benchmark;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.exactlyonce.gateway.support.OwnKafka;
import org.exactlyonce.gateway.support.TopicAdmin;
import org.exactlyonce.gateway.support.TopicReader;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * A Kafka broker, and a load of its own producers.
 */
final class KafkaPeer implements AutoCloseable {

	private final Path folder;

	private final OwnKafka kafka;

	private int topics;

	/**
	 * Starts one.
	 * @param folder takes the data; empty
	 */
	KafkaPeer(Path folder) throws IOException {
		this.folder = folder;
		this.kafka = OwnKafka.startOptimised(folder);
	}

	/** Puts a load on a new topic with these settings, and counts what it has stored. */
	Sample measure(Map<String, String> settings, Scenario scenario, Duration duration) throws Exception {
		if (scenario.batch() > 1 || scenario.duplicates() > 0) {
			throw new IllegalArgumentException("Kafka's producers batch by themselves, and repeat nothing");
		}
		String topic = "peer-" + this.topics++;
		try (TopicAdmin admin = new TopicAdmin(this.kafka.address())) {
			admin.create(topic, scenario.partitions(), settings);
		}
		Histogram latencies = new ConcurrentHistogram(3);
		List<Writer> writers = new ArrayList<>();
		try {
			for (int i = 0; i < scenario.connections(); i++) {
				writers.add(new Writer(this.kafka.address(), topic, i % scenario.partitions(), latencies));
			}
			Counters before = Counters.read(this.kafka.handle());
			long end = System.nanoTime() + duration.toNanos();
			writers.forEach((writer) -> writer.begin(end));
			long acknowledged = 0;
			for (Writer writer : writers) {
				acknowledged += writer.done.get(duration.toSeconds() + 60, TimeUnit.SECONDS);
			}
			Counters used = Counters.read(this.kafka.handle()).since(before);
			check(topic, scenario.partitions(), acknowledged);
			return new Sample(duration.toNanos() / 1e9, latencies, 1, used, 0, 0);
		}
		finally {
			writers.forEach((writer) -> writer.producer.close());
			settle();
		}
	}

	private void check(String topic, int partitions, long acknowledged) {
		long stored = 0;
		for (int partition = 0; partition < partitions; partition++) {
			stored += TopicReader.read(this.kafka.address(), topic, partition).size();
		}
		if (stored != acknowledged) {
			throw new IllegalStateException("Of " + acknowledged + " records " + stored + " are stored");
		}
	}

	/** What the broker left to the system must not wait for the syncs of the next. */
	private void settle() throws IOException {
		try (Stream<Path> files = Files.walk(this.folder)) {
			for (Path log : files.filter((file) -> file.toString().endsWith(".log")).toList()) {
				try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
					channel.force(true);
				}
			}
		}
	}

	@Override
	public void close() {
		this.kafka.close();
	}

	/** A producer of the load: its next record goes once the last is acknowledged. */
	private static final class Writer implements Callback {

		private final CompletableFuture<Long> done = new CompletableFuture<>();

		private final KafkaProducer<byte[], byte[]> producer;

		private final ProducerRecord<byte[], byte[]> record;

		private final Histogram latencies;

		private long endNanos;

		private long sentNanos;

		private long acknowledged = 1;

		private long lastOffset;

		/** Connects, and sends a first record, with which it gets its id. */
		Writer(String address, String topic, int partition, Histogram latencies) throws Exception {
			this.latencies = latencies;
			this.record = new ProducerRecord<>(topic, partition, null,
					RequestBytes.VALUE.getBytes(StandardCharsets.US_ASCII));
			this.producer = new KafkaProducer<>(
					Map.of("bootstrap.servers", address, "acks", "all", "enable.idempotence", "true", "linger.ms", "0"),
					new ByteArraySerializer(), new ByteArraySerializer());
			this.lastOffset = this.producer.send(this.record).get().offset();
		}

		void begin(long end) {
			this.endNanos = end;
			send();
		}

		private void send() {
			this.sentNanos = System.nanoTime();
			this.producer.send(this.record, this);
		}

		/** On the producer's own thread, which so is the only one it takes. */
		@Override
		public void onCompletion(RecordMetadata metadata, Exception failure) {
			long now = System.nanoTime();
			if (failure != null || metadata.offset() <= this.lastOffset) {
				this.done.completeExceptionally(new IllegalStateException("No right answer: " + metadata, failure));
				return;
			}
			this.lastOffset = metadata.offset();
			this.acknowledged++;
			if (now < this.endNanos) {
				this.latencies.recordValue(now - this.sentNanos);
				send();
			}
			else {
				this.done.complete(this.acknowledged);
			}
		}

	}

}
