package org.exactlyonce.client.kafka;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.exactlyonce.client.kafka.Contract.await;
import static org.exactlyonce.client.kafka.Contract.failure;
import static org.exactlyonce.client.kafka.Contract.record;

/**
 * What an application plugs in and looks at: interceptors, partitioners, serializers,
 * reporters, partitions, metrics.
 */
interface PluginContract extends Contract {

	@Test // testInterceptorConstructClose, ProducerInterceptorsTest
	default void interceptorsSeeAndReplaceRecords() throws Exception {
		Difference.HAS_SETTINGS.orSkip(kind());
		Spy.seen.clear();
		try (Producer<String, String> producer = open("interceptor.classes",
				List.of(Failing.class.getName(), Spy.class.getName()), "client.id", "spied")) {
			RecordMetadata metadata = await(producer.send(record(0, "value")));
			assertThat(metadata.serializedValueSize()).isEqualTo("value, replaced".length());
			producer.flush();
			assertThat(Spy.seen).containsExactly("configure spied", "send value",
					"acknowledged 0/" + metadata.offset());
		}
		assertThat(Spy.seen).endsWith("close");
	}

	@Test // testInterceptorPartitionSetOnTooLargeRecord,
			// testCallbackAndInterceptorHandleError
	default void interceptorsLearnOfErrors() {
		Difference.HAS_SETTINGS.orSkip(kind());
		Spy.seen.clear();
		try (Producer<String, String> producer = open("interceptor.classes", Spy.class.getName(), "client.id", "spied",
				"max.request.size", 5000)) {
			failure(producer.send(record(6, "x".repeat(6000)), (metadata, error) -> Spy.seen.add("callback")));
			assertThat(Spy.seen.subList(2, Spy.seen.size())).containsExactly("callback",
					"RecordTooLargeException 6/-1");
		}
	}

	@Test // testPartitionerClose…
	default void partitionersChoose() throws Exception {
		Difference.HAS_SETTINGS.orSkip(kind());
		try (Producer<String, String> producer = open("partitioner.class", ByLength.class.getName())) {
			assertThat(await(producer.send(new ProducerRecord<>(Log.TOPIC, "12345"))).partition()).isEqualTo(5);
			assertThat(await(producer.send(record(2, "12345"))).partition()).isEqualTo(2);
			assertThatIllegalArgumentException().isThrownBy(() -> producer.send(new ProducerRecord<>(Log.TOPIC, "")))
				.withMessageContaining("-1");
		}
	}

	@Test // testSerializerClose
	default void serializersAreConfiguredAndClosed() {
		Difference.HAS_SETTINGS.orSkip(kind());
		Spelling.seen.clear();
		Map<String, Object> settings = settings("client.id", "spelt", "key.serializer", Spelling.class.getName(),
				"value.serializer", Spelling.class.getName());
		open(settings, null, null).close();
		assertThat(Spelling.seen).containsExactly("spelt key", "spelt value", "close", "close");
	}

	@Test // testConstructorFailureCloseResource
	default void constructorThatFailsClosesWhatItHasOpened() {
		Difference.HAS_SETTINGS.orSkip(kind());
		Reporter.seen.clear();
		assertThatExceptionOfType(KafkaException.class)
			.isThrownBy(() -> open("metric.reporters", Reporter.class.getName(), "bootstrap.servers",
					"some.invalid.hostname.foo.bar.local:no-port"))
			.withMessageStartingWith("Failed to construct");
		assertThat(Reporter.seen).containsExactly("init", "close");
	}

	@Test // testPartitionsForWithNullTopic
	default void partitionsAreListed() {
		try (Producer<String, String> producer = open()) {
			List<PartitionInfo> partitions = producer.partitionsFor(Log.TOPIC);
			assertThat(partitions).extracting(PartitionInfo::partition)
				.containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7);
			assertThat(partitions).allMatch((partition) -> partition.topic().equals(Log.TOPIC));
			if (Difference.HAS_SETTINGS.appliesTo(kind())) {
				assertThat(partitions).allMatch((partition) -> partition.leader() != null);
				assertThatNullPointerException().isThrownBy(() -> producer.partitionsFor(null));
			}
		}
	}

	@Test // testMetrics: names and tags that monitoring binds
	default void metricsCountRecords() {
		Difference.HAS_SETTINGS.orSkip(kind());
		try (Producer<String, String> producer = open("client.id", "measured")) {
			Contract.sendAll(producer, 0, 10);
			producer.flush();
			assertThat(producer.metrics().keySet()).allMatch((name) -> name.group().equals("kafka-metrics-count")
					|| "measured".equals(name.tags().get("client-id")));
			assertThat(metric(producer, "record-send-total")).isEqualTo(10.0);
			assertThat(metric(producer, "record-error-total")).isEqualTo(0.0);
			Awaitility.await() // Kafka's producer gives it back behind the outcome
				.untilAsserted(() -> assertThat(metric(producer, "buffer-available-bytes")).isEqualTo(33_554_432.0));
			assertThat((double) metric(producer, "batch-size-avg")).isPositive();
			assertThat((double) metric(producer, "request-latency-avg")).isPositive();
			failure(producer.send(new ProducerRecord<>(Log.TOPIC, 0, null, "x".repeat(2_000_000))));
		}
	}

	private static Object metric(Producer<?, ?> producer, String name) {
		for (Map.Entry<MetricName, ? extends Metric> metric : producer.metrics().entrySet()) {
			if (metric.getKey().group().equals("producer-metrics") && metric.getKey().name().equals(name)) {
				return metric.getValue().metricValue();
			}
		}
		throw new AssertionError(name + " is not in " + producer.metrics().keySet());
	}

	/** Replaces each value, and notes what it is told. */
	class Spy implements ProducerInterceptor<String, String> {

		static final List<String> seen = new CopyOnWriteArrayList<>();

		@Override
		public void configure(Map<String, ?> settings) {
			seen.add("configure " + settings.get("client.id"));
		}

		@Override
		public ProducerRecord<String, String> onSend(ProducerRecord<String, String> record) {
			seen.add("send " + record.value());
			return record(record.partition(), record.value() + ", replaced");
		}

		@Override
		public void onAcknowledgement(RecordMetadata metadata, Exception error) {
			seen.add(((error != null) ? error.getClass().getSimpleName() : "acknowledged") + " " + metadata.partition()
					+ "/" + metadata.offset());
		}

		@Override
		public void close() {
			seen.add("close");
		}

	}

	/** Fails wherever it is called. */
	class Failing extends Spy {

		@Override
		public void configure(Map<String, ?> settings) {
		}

		@Override
		public ProducerRecord<String, String> onSend(ProducerRecord<String, String> record) {
			throw new IllegalStateException("onSend");
		}

		@Override
		public void onAcknowledgement(RecordMetadata metadata, Exception error) {
			throw new IllegalStateException("onAcknowledgement");
		}

		@Override
		public void close() {
			throw new IllegalStateException("close");
		}

	}

	/** The partition is the length of the value, −1 if it is empty. */
	class ByLength implements Partitioner {

		@Override
		public int partition(String topic, Object key, byte[] keyBytes, Object value, byte[] valueBytes,
				Cluster cluster) {
			assertThat(cluster.partitionCountForTopic(topic)).isEqualTo(Log.PARTITIONS);
			return (valueBytes.length > 0) ? valueBytes.length : -1;
		}

		@Override
		public void configure(Map<String, ?> settings) {
		}

		@Override
		public void close() {
		}

	}

	/** Notes how it is configured. */
	class Spelling extends StringSerializer {

		static final List<String> seen = new CopyOnWriteArrayList<>();

		@Override
		public void configure(Map<String, ?> settings, boolean isKey) {
			seen.add(settings.get("client.id") + ((isKey) ? " key" : " value"));
		}

		@Override
		public void close() {
			seen.add("close");
		}

	}

	/** Notes its life. */
	class Reporter implements MetricsReporter {

		static final List<String> seen = new CopyOnWriteArrayList<>();

		@Override
		public void init(List<KafkaMetric> metrics) {
			seen.add("init");
		}

		@Override
		public void metricChange(KafkaMetric metric) {
		}

		@Override
		public void metricRemoval(KafkaMetric metric) {
		}

		@Override
		public void close() {
			seen.add("close");
		}

		@Override
		public void configure(Map<String, ?> settings) {
		}

	}

}
