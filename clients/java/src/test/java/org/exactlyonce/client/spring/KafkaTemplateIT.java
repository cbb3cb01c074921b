package org.exactlyonce.client.spring;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.awaitility.Awaitility;
import org.exactlyonce.client.kafka.GatewayLog;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.support.SendResult;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that knows {@code KafkaTemplate} and nothing else, on the packaged
 * gateway.
 */
class KafkaTemplateIT {

	private static GatewayLog log;

	@BeforeAll
	static void start() {
		log = GatewayLog.start();
	}

	@AfterAll
	static void stop() {
		log.close();
	}

	@Test
	void templateWritesToTheGateway() throws Exception {
		try (ConfigurableApplicationContext context = run()) {
			Orders orders = context.getBean(Orders.class);
			long end = log.end(0);
			for (int i = 0; i < 5; i++) {
				RecordMetadata metadata = orders.place(i);
				assertThat(metadata.offset()).isEqualTo(end + i);
			}
			assertThat(log.read(0, end)).extracting((stored) -> new String(stored.value()))
				.containsExactly("{\"order\":0}", "{\"order\":1}", "{\"order\":2}", "{\"order\":3}", "{\"order\":4}");
		}
	}

	@Test
	void metersOfTheProducerAreBound() throws Exception {
		try (ConfigurableApplicationContext context = run("--spring.application.name=shop")) {
			context.getBean(Orders.class).place(1);
			FunctionCounter sent = context.getBean(MeterRegistry.class)
				.get("kafka.producer.record.send.total")
				.functionCounter();
			assertThat(sent.count()).isEqualTo(1.0);
			assertThat(sent.getId().getTag("client.id")).isEqualTo("shop-producer-1");
		}
	}

	@Test
	void observationsDoNotAskForABroker() throws Exception {
		try (ConfigurableApplicationContext context = run("--spring.kafka.template.observation-enabled=true")) {
			long before = System.nanoTime();
			context.getBean(Orders.class).place(1);
			assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			Awaitility.await() // it ends behind the outcome
				.ignoreExceptions()
				.until(() -> meters.get("spring.kafka.template").timer().count() == 1);
		}
	}

	@Test
	void templateWithSettingsOfItsOwnWritesToTheGateway() throws Exception {
		try (ConfigurableApplicationContext context = run()) {
			KafkaTemplate<?, ?> shared = context.getBean(KafkaTemplate.class);
			@SuppressWarnings("unchecked")
			KafkaTemplate<String, String> own = new KafkaTemplate<>(
					(GatewayProducerFactory<String, String>) shared.getProducerFactory(), Map.of("linger.ms", 1));
			SendResult<String, String> result = own.send("records", 1, null, "value").get(30, TimeUnit.SECONDS);
			assertThat(log.read(1, result.getRecordMetadata().offset())).hasSize(1);
			own.destroy();
		}
	}

	private static ConfigurableApplicationContext run(String... arguments) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties(
					Map.of("spring.kafka.producer.bootstrap-servers", log.address(), "spring.main.banner-mode", "off"))
			.run(arguments);
	}

	/** Says nothing about a gateway. */
	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Orders orders(KafkaTemplate<String, String> template) {
			return new Orders(template);
		}

		@Bean
		MeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

	}

	/** Writes orders. */
	static class Orders {

		private final KafkaTemplate<String, String> template;

		Orders(KafkaTemplate<String, String> template) {
			this.template = template;
		}

		RecordMetadata place(int order) throws Exception {
			return this.template.send("records", 0, "customer-7", "{\"order\":" + order + "}")
				.get(30, TimeUnit.SECONDS)
				.getRecordMetadata();
		}

	}

}
