package org.exactlyonce.client.kafka;

import java.util.Map;

import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.metrics.stats.Meter;

/**
 * What is counted of each topic, under the names that Kafka's producer has for it.
 */
final class TopicMetrics {

	private static final String GROUP = "producer-topic-metrics";

	private final Metrics metrics;

	private final Map<String, String> tags;

	/** Records at their first send. */
	final Sensor records;

	/** Bytes of the bodies of requests, at their first send. */
	final Sensor bytes;

	final Sensor retries;

	final Sensor errors;

	TopicMetrics(Metrics metrics, String clientId, String topic) {
		this.metrics = metrics;
		this.tags = Map.of("client-id", clientId, "topic", topic);
		this.records = metered(topic, "record-send", "records sent");
		this.bytes = metered(topic, "byte", "bytes sent");
		this.retries = metered(topic, "record-retry", "records sent again");
		this.errors = metered(topic, "record-error", "records that failed");
	}

	private Sensor metered(String topic, String name, String what) {
		Sensor sensor = this.metrics.sensor("topic." + topic + '.' + name);
		sensor.add(new Meter(name(name + "-rate", "A second: " + what), name(name + "-total", "In all: " + what)));
		return sensor;
	}

	private MetricName name(String name, String description) {
		return this.metrics.metricName(name, GROUP, description, this.tags);
	}

}
