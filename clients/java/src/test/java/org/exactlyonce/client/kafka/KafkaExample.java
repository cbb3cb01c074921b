package org.exactlyonce.client.kafka;

import java.util.Properties;

import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The example of the page about Kafka.
 */
final class KafkaExample {

	private KafkaExample() {
	}

	/**
	 * Sends a record.
	 * @param url the gateway
	 */
	static void send(String url) {
		// tag::example[]
		Properties settings = new Properties();
		settings.put("bootstrap.servers", url);
		settings.put("enable.idempotence", "true");
		settings.put("key.serializer", StringSerializer.class.getName());
		settings.put("value.serializer", StringSerializer.class.getName());
		try (Producer<String, String> producer = new GatewayProducer<>(settings)) {
			producer.send(new ProducerRecord<>("records", "customer-7", "{\"order\": 1}"));
		}
		// end::example[]
	}

}
