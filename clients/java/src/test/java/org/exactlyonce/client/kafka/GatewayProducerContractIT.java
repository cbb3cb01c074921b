package org.exactlyonce.client.kafka;

import java.util.Map;

import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * The gateway's producer, on the packaged gateway.
 */
class GatewayProducerContractIT implements SendContract, RefusalContract, CloseContract, PluginContract {

	private static Log log;

	@BeforeAll
	static void start() {
		log = GatewayLog.start();
	}

	@AfterAll
	static void stop() {
		log.close();
	}

	@Override
	public Difference.Kind kind() {
		return Difference.Kind.GATEWAY;
	}

	@Override
	public Log log() {
		return log;
	}

	@Override
	public <K, V> Producer<K, V> open(Map<String, Object> settings, Serializer<K> keys, Serializer<V> values) {
		return new GatewayProducer<>(settings, keys, values);
	}

}
