package org.exactlyonce.client.kafka;

import java.util.HashMap;
import java.util.Map;

import org.apache.kafka.clients.producer.ProducerConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The setting {@code acks}: a gateway has nothing between {@code 0} and {@code all}.
 */
final class Acks {

	private static final Logger log = LoggerFactory.getLogger(GatewayProducerConfig.class);

	private Acks() {
	}

	/**
	 * Takes {@code 1} as {@code all}, and warns of it. Kafka would switch idempotence off
	 * for it, or refuse both together.
	 * @param settings the settings
	 * @return the same, or a copy
	 */
	static Map<String, Object> withoutOne(Map<String, Object> settings) {
		if (!(settings.get(ProducerConfig.ACKS_CONFIG) instanceof String acks) || !acks.strip().equals("1")) {
			return settings;
		}
		log.warn("{}=1 is taken as all: a gateway answers when the record is durable.", ProducerConfig.ACKS_CONFIG);
		Map<String, Object> all = new HashMap<>(settings);
		all.put(ProducerConfig.ACKS_CONFIG, "all");
		return all;
	}

}
