package org.exactlyonce.gateway;

import java.time.Clock;

import org.exactlyonce.gateway.process.ProcessEnd;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.metrics.KafkaMetricsAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;

/**
 * The gateway: Kafka's idempotent-producer guarantee for anyone who can send an HTTP
 * request. Kafka's clients are left to the relay, which makes them where it is asked for.
 */
@SpringBootApplication(exclude = { KafkaAutoConfiguration.class, KafkaMetricsAutoConfiguration.class })
@ConfigurationPropertiesScan
@EnableJpaRepositories(queryEnhancerSelector = QueriesAsWritten.class)
public class GatewayApplication {

	/** The web server's, the lanes', the relay's; in the last the database is closed. */
	private static final int SHUTDOWN_PHASES = 4;

	/**
	 * Starts the gateway.
	 * @param args Spring Boot's command line arguments, such as
	 * {@code --gateway.partitions=16}
	 */
	public static void main(String[] args) {
		ProcessEnd.watchThreads();
		LifecycleProperties lifecycle = SpringApplication.run(GatewayApplication.class, args)
			.getBean(LifecycleProperties.class);
		ProcessEnd.limitShutdown(lifecycle.getTimeoutPerShutdownPhase().multipliedBy(SHUTDOWN_PHASES));
	}

	@Bean
	Clock clock() {
		return Clock.systemUTC();
	}

}
