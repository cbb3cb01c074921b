package org.exactlyonce.client.spring;

import java.util.Map;
import java.util.stream.Stream;

import org.apache.kafka.clients.producer.Producer;
import org.exactlyonce.client.kafka.GatewayProducerConfig;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.DefaultKafkaProducerFactoryCustomizer;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.util.StringUtils;

/**
 * Makes {@link KafkaTemplate} write to a gateway where
 * {@code spring.kafka.producer.bootstrap-servers} is a URL. Listeners, the admin and
 * everything else keep Kafka.
 */
@AutoConfiguration(before = KafkaAutoConfiguration.class)
@ConditionalOnClass({ KafkaTemplate.class, KafkaProperties.class, Producer.class })
@Conditional(OnGatewayUrl.class)
@EnableConfigurationProperties(KafkaProperties.class)
public final class GatewayProducerAutoConfiguration {

	GatewayProducerAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(ProducerFactory.class)
	GatewayProducerFactory<?, ?> kafkaProducerFactory(KafkaProperties properties, ObjectProvider<SslBundles> bundles,
			ObjectProvider<DefaultKafkaProducerFactoryCustomizer> customizers) {
		Map<String, Object> settings = properties.buildProducerProperties();
		Stream.of(properties.getProducer().getSsl().getBundle(), properties.getSsl().getBundle())
			.filter(StringUtils::hasLength)
			.findFirst()
			.ifPresent((name) -> settings.put(GatewayProducerConfig.SSL_CONTEXT_CONFIG,
					bundles.getObject().getBundle(name).createSslContext()));
		GatewayProducerFactory<?, ?> factory = new GatewayProducerFactory<>(settings);
		if (properties.getProducer().getTransactionIdPrefix() != null) {
			factory.setTransactionIdPrefix(properties.getProducer().getTransactionIdPrefix());
		}
		customizers.orderedStream().forEach((customizer) -> customizer.customize(factory));
		return factory;
	}

	@Bean
	static BeanPostProcessor gatewayObservations() {
		return new GatewayObservations();
	}

}
