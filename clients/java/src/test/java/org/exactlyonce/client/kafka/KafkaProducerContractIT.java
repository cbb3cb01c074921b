package org.exactlyonce.client.kafka;

import java.util.Map;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * Kafka's own producer on a real broker, which says what the contract is.
 */
class KafkaProducerContractIT implements SendContract, RefusalContract, CloseContract, PluginContract {

	private static Log log;

	@BeforeAll
	static void start() {
		log = KafkaLog.start(true);
	}

	@AfterAll
	static void stop() {
		log.close();
	}

	@Override
	public Difference.Kind kind() {
		return Difference.Kind.KAFKA;
	}

	@Override
	public Log log() {
		return log;
	}

	@Override
	public <K, V> Producer<K, V> open(Map<String, Object> settings, Serializer<K> keys, Serializer<V> values) {
		return new KafkaProducer<>(settings, keys, values);
	}

}
