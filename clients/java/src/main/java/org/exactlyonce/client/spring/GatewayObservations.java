package org.exactlyonce.client.spring;

import java.util.Map;

import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaTemplate;

/**
 * Names the cluster of templates that write to a gateway: for its observations a template
 * would ask a {@code KafkaAdmin} at the producer's servers, which speak HTTP, and wait
 * for it in {@code send}.
 */
class GatewayObservations implements BeanPostProcessor {

	private static final String CLUSTER = "exactly-once-gateway";

	@Override
	public Object postProcessBeforeInitialization(Object bean, String name) {
		if (bean instanceof KafkaTemplate<?, ?> template
				&& template.getProducerFactory() instanceof GatewayProducerFactory<?, ?> factory
				&& template.getKafkaAdmin() == null) {
			Object servers = factory.getConfigurationProperties().get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG);
			KafkaAdmin admin = new KafkaAdmin(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers));
			admin.setClusterId(CLUSTER);
			template.setKafkaAdmin(admin);
		}
		return bean;
	}

}
