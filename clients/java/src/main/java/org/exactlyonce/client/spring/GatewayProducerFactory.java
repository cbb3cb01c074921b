package org.exactlyonce.client.spring;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.Serializer;
import org.exactlyonce.client.kafka.GatewayProducer;

import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.core.ProducerPostProcessor;

/**
 * Spring's factory with the gateway's producer instead of Kafka's. Everything else is as
 * in {@link DefaultKafkaProducerFactory}.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public class GatewayProducerFactory<K, V> extends DefaultKafkaProducerFactory<K, V> {

	/**
	 * Makes a factory.
	 * @param settings the producers' settings; {@code bootstrap.servers} has the
	 * gateway's URL
	 */
	public GatewayProducerFactory(Map<String, Object> settings) {
		super(settings);
	}

	private GatewayProducerFactory(Map<String, Object> settings, Supplier<Serializer<K>> keys,
			Supplier<Serializer<V>> values, boolean configureSerializers) {
		super(settings, keys, values, configureSerializers);
	}

	@Override
	protected Producer<K, V> createRawProducer(Map<String, Object> settings) {
		Producer<K, V> producer = new GatewayProducer<>(settings, serializer(getKeySerializerSupplier()),
				serializer(getValueSerializerSupplier()));
		for (ProducerPostProcessor<K, V> processor : getPostProcessors()) {
			producer = processor.apply(producer);
		}
		return producer;
	}

	private static <T> Serializer<T> serializer(Supplier<Serializer<T>> supplier) {
		return (supplier != null) ? supplier.get() : null;
	}

	@Override
	public ProducerFactory<K, V> copyWithConfigurationOverride(Map<String, Object> overrides) {
		Map<String, Object> settings = new HashMap<>(getConfigurationProperties());
		if (overrides != null) {
			settings.putAll(overrides);
		}
		GatewayProducerFactory<K, V> copy = new GatewayProducerFactory<>(settings, getKeySerializerSupplier(),
				getValueSerializerSupplier(), isConfigureSerializers());
		copy.setPhysicalCloseTimeout((int) getPhysicalCloseTimeout().toSeconds());
		copy.setProducerPerThread(isProducerPerThread());
		if (getTransactionIdPrefix() != null) {
			copy.setTransactionIdPrefix(getTransactionIdPrefix());
		}
		getPostProcessors().forEach(copy::addPostProcessor);
		getListeners().forEach(copy::addListener);
		return copy;
	}

}
