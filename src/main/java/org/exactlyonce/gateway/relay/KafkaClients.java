package org.exactlyonce.gateway.relay;

import java.util.Map;

import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.kafka.autoconfigure.SslBundleSslEngineFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.StringUtils;

/**
 * Makes Kafka's clients from {@code spring.kafka.*}. What the guarantee rests on is no
 * setting; time-outs and batches are, with defaults of the relay's own.
 */
final class KafkaClients {

	private final KafkaProperties properties;

	private final SslBundles bundles;

	KafkaClients(KafkaProperties properties, SslBundles bundles) {
		this.properties = properties;
		this.bundles = bundles;
	}

	/**
	 * A producer that may write a partition once it has fenced its predecessors. The id
	 * is no setting: with two of them, neither would fence the other.
	 */
	Producer<byte[], byte[]> producer(RelayedPartition partition) {
		Map<String, Object> settings = secured(this.properties.buildProducerProperties(),
				this.properties.getProducer().getSsl());
		settings.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
		settings.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
		settings.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 20_000);
		settings.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
		// the broker is to say what is too large, and the topic is where that is set
		settings.putIfAbsent(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 100 * 1024 * 1024);
		settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, partition.transactionalId());
		settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
		settings.put(ProducerConfig.ACKS_CONFIG, "all");
		return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
	}

	/** A consumer without a group that sees what is committed. */
	Consumer<byte[], byte[]> consumer() {
		Map<String, Object> settings = secured(this.properties.buildConsumerProperties(),
				this.properties.getConsumer().getSsl());
		settings.putIfAbsent(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
		settings.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
		settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
		settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
		settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
		settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
		settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
		return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
	}

	Admin admin() {
		Map<String, Object> settings = secured(this.properties.buildAdminProperties(),
				this.properties.getAdmin().getSsl());
		settings.putIfAbsent(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
		settings.putIfAbsent(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
		return Admin.create(settings);
	}

	/** Spring Boot leaves bundles of certificates to the code that creates the client. */
	private Map<String, Object> secured(Map<String, Object> settings, KafkaProperties.Ssl own) {
		String bundle = StringUtils.hasLength(own.getBundle()) ? own.getBundle() : this.properties.getSsl().getBundle();
		if (StringUtils.hasLength(bundle)) {
			settings.put(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG, SslBundleSslEngineFactory.class);
			settings.put(SslBundle.class.getName(), this.bundles.getBundle(bundle));
		}
		return settings;
	}

}
