package org.exactlyonce.client.spring;

import java.nio.file.Path;
import java.util.Map;

import javax.net.ssl.SSLContext;

import org.exactlyonce.client.kafka.GatewayProducerConfig;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.DefaultKafkaProducerFactoryCustomizer;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where the gateway's factory is the application's, and where not.
 */
class GatewayProducerAutoConfigurationTest {

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(AutoConfigurations
		.of(KafkaAutoConfiguration.class, SslAutoConfiguration.class, GatewayProducerAutoConfiguration.class));

	@Test
	void urlOfTheProducerChoosesTheGateway() {
		this.runner.withPropertyValues("spring.kafka.producer.bootstrap-servers=http://localhost:8080")
			.run((context) -> {
				assertThat(context).getBean(ProducerFactory.class).isInstanceOf(GatewayProducerFactory.class);
				assertThat(context.getBean(KafkaTemplate.class).getProducerFactory())
					.isSameAs(context.getBean(ProducerFactory.class));
			});
	}

	@Test
	void urlsMayBeAList() {
		this.runner
			.withPropertyValues("spring.kafka.producer.bootstrap-servers[0]=https://one.example.org",
					"spring.kafka.producer.bootstrap-servers[1]=https://two.example.org")
			.run((context) -> assertThat(context).hasSingleBean(GatewayProducerFactory.class));
	}

	@Test
	void listenersAndAdminKeepKafka() {
		this.runner
			.withPropertyValues("spring.kafka.producer.bootstrap-servers=http://localhost:8080",
					"spring.kafka.bootstrap-servers=kafka.example.org:9092")
			.run((context) -> {
				assertThat(context.getBean(ConsumerFactory.class).getConfigurationProperties().toString())
					.contains("kafka.example.org:9092");
				assertThat(context.getBean(KafkaAdmin.class).getConfigurationProperties().toString())
					.contains("kafka.example.org:9092");
			});
	}

	@Test
	void hostAndPortChooseKafka() {
		this.runner.withPropertyValues("spring.kafka.producer.bootstrap-servers=localhost:9092")
			.run((context) -> assertThat(context).doesNotHaveBean(GatewayProducerFactory.class)
				.hasSingleBean(DefaultKafkaProducerFactory.class));
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(GatewayProducerFactory.class)
			.hasSingleBean(DefaultKafkaProducerFactory.class));
	}

	@Test
	void factoryOfTheApplicationStays() {
		DefaultKafkaProducerFactory<Object, Object> own = new DefaultKafkaProducerFactory<>(Map.of());
		this.runner.withPropertyValues("spring.kafka.producer.bootstrap-servers=http://localhost:8080")
			.withBean(ProducerFactory.class, () -> own)
			.run((context) -> assertThat(context).getBean(ProducerFactory.class).isSameAs(own));
	}

	@Test
	void applicationWithoutKafkaStarts() {
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.kafka", "org.apache.kafka"))
			.withPropertyValues("spring.kafka.producer.bootstrap-servers=http://localhost:8080")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void customizersAndPropertiesReachTheFactory() {
		this.runner
			.withPropertyValues("spring.kafka.producer.bootstrap-servers=http://localhost:8080",
					"spring.kafka.producer.properties.gateway.producer.name=orders")
			.withBean(DefaultKafkaProducerFactoryCustomizer.class,
					() -> (factory) -> factory.updateConfigs(Map.of("linger.ms", "7")))
			.run((context) -> {
				Map<?, ?> settings = context.getBean(GatewayProducerFactory.class).getConfigurationProperties();
				assertThat(settings.get("gateway.producer.name")).isEqualTo("orders");
				assertThat(settings.get("linger.ms")).isEqualTo("7");
			});
	}

	@Test
	void sslBundleIsTheContextOfRequests() {
		Path authorities = Path.of(System.getProperty("java.home"), "lib", "security", "cacerts");
		this.runner
			.withPropertyValues("spring.kafka.producer.bootstrap-servers=https://localhost:8443",
					"spring.ssl.bundle.jks.gateway.truststore.location=" + authorities.toUri(),
					"spring.ssl.bundle.jks.gateway.truststore.password=changeit",
					"spring.kafka.producer.ssl.bundle=gateway")
			.run((context) -> assertThat(context.getBean(GatewayProducerFactory.class)
				.getConfigurationProperties()
				.get(GatewayProducerConfig.SSL_CONTEXT_CONFIG)).isInstanceOf(SSLContext.class));
	}

}
