package org.exactlyonce.client.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.KafkaMetricsContext;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.metrics.stats.Avg;
import org.apache.kafka.common.metrics.stats.Max;
import org.apache.kafka.common.metrics.stats.Meter;
import org.apache.kafka.common.utils.Time;
import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.ProducerListener;

/**
 * What the client does, under the names that Kafka's producer has for it.
 */
final class ProducerMetrics implements ProducerListener, AutoCloseable {

	private static final String GROUP = "producer-metrics";

	private final Metrics metrics;

	private final Sensor batchSize;

	private final Sensor records;

	private final Sensor retries;

	private final Sensor errors;

	private final Sensor latency;

	private final Sensor throttle;

	private final String clientId;

	private final Map<String, TopicMetrics> topics = new ConcurrentHashMap<>();

	private final AtomicInteger inFlight = new AtomicInteger();

	ProducerMetrics(GatewayProducerConfig config) {
		this.clientId = config.clientId();
		Map<String, Object> clientId = Map.of(ProducerConfig.CLIENT_ID_CONFIG, config.clientId());
		MetricConfig metricConfig = new MetricConfig().samples(config.getInt(ProducerConfig.METRICS_NUM_SAMPLES_CONFIG))
			.timeWindow(config.getLong(ProducerConfig.METRICS_SAMPLE_WINDOW_MS_CONFIG), TimeUnit.MILLISECONDS)
			.recordLevel(Sensor.RecordingLevel.forName(config.getString(ProducerConfig.METRICS_RECORDING_LEVEL_CONFIG)))
			.tags(Map.of("client-id", config.clientId()));
		List<MetricsReporter> reporters = config.getConfiguredInstances(ProducerConfig.METRIC_REPORTER_CLASSES_CONFIG,
				MetricsReporter.class, clientId);
		this.metrics = new Metrics(metricConfig, reporters, Time.SYSTEM,
				new KafkaMetricsContext("kafka.producer", config.originalsWithPrefix("metrics.context.")));
		this.batchSize = averaged("batch-size", "bytes of a request");
		this.records = averaged("records-per-request", "records of a request");
		this.records.add(meter("record-send", "records sent"));
		this.retries = this.metrics.sensor("record-retries");
		this.retries.add(meter("record-retry", "records sent again"));
		this.errors = this.metrics.sensor("record-errors");
		this.errors.add(meter("record-error", "records that failed"));
		this.latency = averaged("request-latency", "milliseconds until a request was answered");
		this.throttle = averaged("produce-throttle-time", "milliseconds that a gateway asked to wait");
		gauge("requests-in-flight", "requests under way", this.inFlight::get);
	}

	private Sensor averaged(String name, String what) {
		Sensor sensor = this.metrics.sensor(name);
		sensor.add(name(name + "-avg", "Average: " + what), new Avg());
		sensor.add(name(name + "-max", "Largest: " + what), new Max());
		return sensor;
	}

	private Meter meter(String name, String what) {
		return new Meter(name(name + "-rate", "A second: " + what), name(name + "-total", "In all: " + what));
	}

	private MetricName name(String name, String description) {
		return this.metrics.metricName(name, GROUP, description);
	}

	private void gauge(String name, String description, LongSupplier value) {
		this.metrics.addMetric(name(name, description), (Gauge<Double>) (config, now) -> (double) value.getAsLong());
	}

	/** Adds the buffer's, once there is a buffer. */
	void addBuffer(long total, LongSupplier available) {
		gauge("buffer-total-bytes", "Size of the buffer", () -> total);
		gauge("buffer-available-bytes", "Free in the buffer", available);
	}

	Metrics metrics() {
		return this.metrics;
	}

	@Override
	public void requestSent(String topic, int partition, int count, int bytes, int attempt) {
		this.inFlight.incrementAndGet();
		if (attempt == 1) {
			this.batchSize.record(bytes);
			this.records.record(count);
			of(topic).records.record(count);
			of(topic).bytes.record(bytes);
		}
		else {
			this.retries.record(count);
			of(topic).retries.record(count);
		}
	}

	@Override
	public void requestAnswered(String topic, int partition, int status, Duration took, Duration asked) {
		this.inFlight.decrementAndGet();
		this.latency.record(took.toNanos() / 1e6);
		this.throttle.record(asked.toMillis());
	}

	@Override
	public void recordsFailed(String topic, int partition, int count, GatewayException failure) {
		this.errors.record(count);
		of(topic).errors.record(count);
	}

	private TopicMetrics of(String topic) {
		return this.topics.computeIfAbsent(topic, (name) -> new TopicMetrics(this.metrics, this.clientId, name));
	}

	@Override
	public void close() {
		this.metrics.close();
	}

}
