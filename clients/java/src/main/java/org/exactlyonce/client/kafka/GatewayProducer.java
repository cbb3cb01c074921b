package org.exactlyonce.client.kafka;

import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.Future;

import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Kafka's producer for an Exactly-Once Gateway: {@code bootstrap.servers} has the
 * gateway's URL, everything else is as with {@code KafkaProducer}, and idempotent by
 * default.
 * <p>
 * More than Kafka's, it tells the truth about failures: a future that fails says that the
 * record is not stored, and cannot be stored any more, unless it fails with an
 * {@link OutcomeUnknownException}.
 * <p>
 * Threads may share a producer. There are no transactions: their methods throw what Kafka
 * documents for brokers without them. As with Kafka's, what a setting means is looked at
 * while the producer is made: what contradicts is a {@code KafkaException} whose cause is
 * a {@code ConfigException}.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public class GatewayProducer<K, V> implements Producer<K, V> {

	private final GatewayProducerConfig config;

	private final ProducerParts<K, V> parts;

	private volatile boolean closed;

	/**
	 * Makes a producer.
	 * @param settings the settings, as of {@link GatewayProducerConfig}
	 * @throws ConfigException if a setting is missing, or no value of its type
	 * @throws KafkaException if the producer cannot be made, with the reason as its cause
	 */
	public GatewayProducer(Map<String, Object> settings) {
		this(settings, null, null);
	}

	/**
	 * Makes a producer.
	 * @param settings the settings, as of {@link GatewayProducerConfig}
	 * @param keySerializer for keys; its {@code configure} is not called
	 * @param valueSerializer for values; its {@code configure} is not called
	 * @throws ConfigException if a setting is missing, or no value of its type
	 * @throws KafkaException if the producer cannot be made, with the reason as its cause
	 */
	public GatewayProducer(Map<String, Object> settings, Serializer<K> keySerializer, Serializer<V> valueSerializer) {
		this.config = new GatewayProducerConfig(
				GatewayProducerConfig.withSerializers(settings, keySerializer, valueSerializer));
		this.parts = new ProducerParts<>(this.config, keySerializer, valueSerializer);
	}

	/**
	 * Makes a producer.
	 * @param settings the settings, as of {@link GatewayProducerConfig}
	 * @throws ConfigException if a setting is missing, or no value of its type
	 * @throws KafkaException if the producer cannot be made, with the reason as its cause
	 */
	public GatewayProducer(Properties settings) {
		this(settings, null, null);
	}

	/**
	 * Makes a producer.
	 * @param settings the settings, as of {@link GatewayProducerConfig}
	 * @param keySerializer for keys; its {@code configure} is not called
	 * @param valueSerializer for values; its {@code configure} is not called
	 * @throws ConfigException if a setting is missing, or no value of its type
	 * @throws KafkaException if the producer cannot be made, with the reason as its cause
	 */
	public GatewayProducer(Properties settings, Serializer<K> keySerializer, Serializer<V> valueSerializer) {
		this(toMap(settings), keySerializer, valueSerializer);
	}

	private static Map<String, Object> toMap(Properties settings) {
		Map<String, Object> map = new HashMap<>();
		settings.forEach((name, value) -> map.put(name.toString(), value));
		return map;
	}

	@Override
	public Future<RecordMetadata> send(ProducerRecord<K, V> record) {
		return send(record, null);
	}

	/**
	 * Sends a record. Blocks up to {@code max.block.ms}, for the topic's partitions and
	 * for room in the buffer together.
	 * @param record the record
	 * @param callback is told the outcome, for the records of a partition in the order in
	 * which they were sent, on the producer's own thread; may be null
	 * @return completes when the record is stored; fails with Kafka's exceptions, or with
	 * an {@link OutcomeUnknownException}
	 * @throws IllegalStateException if the producer is closed, or has a transactional.id
	 * @throws KafkaException if the producer is closed meanwhile, as while it waits for
	 * the topic's partitions or for room
	 * @throws InterruptException if the thread is interrupted while it waits
	 */
	@Override
	public Future<RecordMetadata> send(ProducerRecord<K, V> record, Callback callback) {
		ProducerRecord<K, V> toSend = this.parts.interceptors().onSend(record);
		Outcome outcome = new Outcome(this.parts.interceptors(), callback, toSend);
		try {
			throwIfUnusable();
			this.parts.send(toSend, outcome);
		}
		catch (ApiException ex) {
			outcome.refuse(ex);
		}
		catch (RuntimeException ex) {
			outcome.tellInterceptors(ex);
			throw ex;
		}
		return outcome;
	}

	private void throwIfUnusable() {
		if (this.closed) {
			throw new IllegalStateException("Cannot perform operation after producer has been closed");
		}
		Transactions.throwIfConfigured(this.config);
	}

	@Override
	public void flush() {
		try {
			this.parts.client().flush();
		}
		catch (InterruptedException ex) {
			throw new InterruptException("Flush interrupted.", ex);
		}
		catch (IllegalStateException ex) {
			throw new KafkaException("flush() inside a callback is not permitted, as it would wait for itself.", ex);
		}
	}

	@Override
	public List<PartitionInfo> partitionsFor(String topic) {
		Objects.requireNonNull(topic, "topic cannot be null");
		return this.parts.describe(topic).partitionsForTopic(topic);
	}

	@Override
	public Map<MetricName, ? extends Metric> metrics() {
		return Collections.unmodifiableMap(this.parts.metrics().metrics());
	}

	/** Does nothing: a gateway takes no metrics. */
	@Override
	public void registerMetricForSubscription(KafkaMetric metric) {
	}

	/** Does nothing: a gateway takes no metrics. */
	@Override
	public void unregisterMetricFromSubscription(KafkaMetric metric) {
	}

	@Override
	public Uuid clientInstanceId(Duration timeout) {
		if (timeout.isNegative()) {
			throw new IllegalArgumentException("The timeout cannot be negative.");
		}
		throw new IllegalStateException("Telemetry is not enabled: a gateway takes no metrics, enable.metrics.push "
				+ "has no meaning for it.");
	}

	@Override
	public void close() {
		close(Duration.ofMillis(Long.MAX_VALUE));
	}

	/**
	 * Closes the producer: delivers what is pending, and fails what could not be
	 * delivered in time. In a callback it does not wait.
	 * @param timeout how long it may take
	 * @throws IllegalArgumentException if the time is negative
	 * @throws InterruptException if the thread is interrupted; the producer is closed all
	 * the same
	 * @throws KafkaException if an interceptor, serializer or reporter cannot be closed
	 */
	@Override
	public void close(Duration timeout) {
		if (timeout.isNegative()) {
			throw new IllegalArgumentException("The timeout cannot be negative.");
		}
		this.closed = true;
		this.parts.client().close(timeout);
		RuntimeException failure = this.parts.close();
		if (Thread.currentThread().isInterrupted()) {
			throw new InterruptException("Close interrupted.");
		}
		if (failure != null) {
			throw new KafkaException("Failed to close gateway producer", failure);
		}
	}

	@Override
	public void initTransactions() {
		throw Transactions.refusal(this.config);
	}

	@Override
	public void beginTransaction() {
		throw Transactions.refusal(this.config);
	}

	@Override
	public void sendOffsetsToTransaction(Map<TopicPartition, OffsetAndMetadata> offsets,
			ConsumerGroupMetadata groupMetadata) {
		throw Transactions.refusal(this.config);
	}

	@Override
	public void commitTransaction() {
		throw Transactions.refusal(this.config);
	}

	@Override
	public void abortTransaction() {
		throw Transactions.refusal(this.config);
	}

}
