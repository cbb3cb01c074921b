package org.exactlyonce.client.kafka;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

import javax.net.ssl.SSLContext;

import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.serialization.Serializer;
import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.InvalidRecordException;
import org.exactlyonce.client.ProducerListener;
import org.exactlyonce.client.ProducerSettings;
import org.exactlyonce.client.ProducerSettingsBuilder;
import org.exactlyonce.client.RecordProducer;
import org.exactlyonce.client.Value;
import org.exactlyonce.client.apache.ApacheTransport;

/**
 * What a {@link GatewayProducer} is made of: opened together, closed together.
 */
final class ProducerParts<K, V> {

	private final Deque<AutoCloseable> opened = new ArrayDeque<>();

	private final ProducerMetrics metrics;

	private final Partitioning partitioning;

	private final RecordEncoder<K, V> encoder;

	private final Interceptors<K, V> interceptors;

	private final ProducerSettings settings;

	private final RecordProducer client;

	private final Topics topics;

	/**
	 * Opens the parts.
	 * @throws KafkaException if one of them fails; those before it are closed
	 */
	ProducerParts(GatewayProducerConfig config, Serializer<K> keys, Serializer<V> values) {
		try {
			this.metrics = keep(new ProducerMetrics(config));
			this.partitioning = keep(new Partitioning(config));
			this.encoder = new RecordEncoder<>(keep(RecordEncoder.serializer(config, keys, true)),
					keep(RecordEncoder.serializer(config, values, false)), config.valueKind(), config.takesIds());
			this.interceptors = keep(new Interceptors<>(interceptors(config)));
			this.settings = settings(config, this.metrics);
			this.client = RecordProducer.open(this.settings);
			this.topics = new Topics(this.client, this.settings.urls());
			this.metrics.addBuffer(this.settings.bufferBytes(), this.client::bufferAvailable);
			config.warnOfUnused();
		}
		catch (RuntimeException ex) {
			close();
			throw new KafkaException("Failed to construct gateway producer", ex);
		}
	}

	private ProducerSettings settings(GatewayProducerConfig config, ProducerListener listener) {
		try {
			ProducerSettingsBuilder client = config.client().listener(listener);
			ProducerSettings settings = client.build();
			return config.isApache() ? client.transport(apache(settings.sslContext())).build() : settings;
		}
		catch (IllegalArgumentException ex) {
			throw new ConfigException(ex.getMessage());
		}
	}

	private ApacheTransport apache(SSLContext sslContext) {
		try {
			return keep(ApacheTransport.open(sslContext));
		}
		catch (IllegalStateException ex) {
			throw new ConfigException(GatewayProducerConfig.TRANSPORT_CONFIG, "apache", ex.getMessage());
		}
	}

	private <T extends AutoCloseable> T keep(T part) {
		this.opened.push(part);
		return part;
	}

	@SuppressWarnings({ "unchecked", "rawtypes" })
	private static <K, V> List<ProducerInterceptor<K, V>> interceptors(GatewayProducerConfig config) {
		return (List) config.getConfiguredInstances(ProducerConfig.INTERCEPTOR_CLASSES_CONFIG,
				ProducerInterceptor.class, Map.of(ProducerConfig.CLIENT_ID_CONFIG, config.clientId()));
	}

	RecordProducer client() {
		return this.client;
	}

	Interceptors<K, V> interceptors() {
		return this.interceptors;
	}

	Metrics metrics() {
		return this.metrics.metrics();
	}

	Cluster describe(String topic) {
		try {
			return this.topics.describe(topic);
		}
		catch (GatewayException ex) {
			if (ex.getCause() instanceof InterruptedException interrupted) {
				throw new InterruptException(interrupted);
			}
			throw Failures.toKafka(ex, topic);
		}
	}

	/**
	 * Hands a record to the client, in Kafka's order: partitions, serializers, partition,
	 * size, buffer.
	 * @throws org.apache.kafka.common.errors.ApiException if the record is refused
	 */
	void send(ProducerRecord<K, V> record, Outcome outcome) {
		long before = System.nanoTime();
		Cluster cluster = describe(record.topic());
		Duration waited = Duration.ofNanos(System.nanoTime() - before);
		byte[] key = this.encoder.key(record);
		byte[] value = this.encoder.value(record);
		int partition = (record.partition() != null) ? record.partition()
				: this.partitioning.choose(record, key, value, cluster);
		outcome.partition(partition);
		outcome.sealHeaders();
		checkSize(record, key, value);
		long timestamp = (record.timestamp() != null) ? record.timestamp() : System.currentTimeMillis();
		outcome.sent(timestamp, key, value);
		Iterator<Value.Kind> kinds = this.encoder.kinds(value).iterator();
		// Each kind that is tried may wait for a newer count: all of them together once.
		long began = System.nanoTime();
		while (true) {
			try {
				this.client.send(this.encoder.encode(record, partition, key, kinds.next(), value, timestamp), outcome,
						left(waited.plusNanos(System.nanoTime() - began)));
				outcome.throwIfInterrupted();
				return;
			}
			catch (InvalidRecordException ex) {
				if (!kinds.hasNext()) {
					throw Failures.toKafka(ex, record.topic());
				}
			}
			catch (GatewayException ex) {
				throw Failures.toKafka(ex, record.topic());
			}
		}
	}

	/** What waits leave of the time that a send may block. */
	private Duration left(Duration waited) {
		Duration left = this.settings.maxBlock().minus(waited);
		return left.isNegative() ? Duration.ZERO : left;
	}

	private void checkSize(ProducerRecord<K, V> record, byte[] key, byte[] value) {
		long size = length(key) + length(value);
		for (org.apache.kafka.common.header.Header header : record.headers()) {
			size += header.key().length() + length(header.value());
		}
		if (size > this.settings.maxRequestBytes()) {
			throw tooLarge(size, this.settings.maxRequestBytes(), ProducerConfig.MAX_REQUEST_SIZE_CONFIG);
		}
		if (size > this.settings.bufferBytes()) {
			throw tooLarge(size, this.settings.bufferBytes(), ProducerConfig.BUFFER_MEMORY_CONFIG);
		}
	}

	private static long length(byte[] bytes) {
		return (bytes != null) ? bytes.length : 0;
	}

	private static RecordTooLargeException tooLarge(long size, long limit, String setting) {
		return new RecordTooLargeException("The message is " + size + " bytes when serialized which is larger than "
				+ limit + ", which is the value of the " + setting + " configuration.");
	}

	/**
	 * Closes all but the client, the last opened first.
	 * @return the first failure; null if there is none
	 */
	RuntimeException close() {
		RuntimeException first = null;
		for (AutoCloseable part = this.opened.poll(); part != null; part = this.opened.poll()) {
			try {
				part.close();
			}
			catch (Exception ex) {
				if (first == null) {
					first = (ex instanceof RuntimeException failure) ? failure : new KafkaException(ex);
				}
			}
		}
		return first;
	}

}
