package org.exactlyonce.gateway.relay;

import java.time.Clock;

import io.micrometer.core.instrument.MeterRegistry;
import org.exactlyonce.gateway.log.DurableEnds;
import org.exactlyonce.gateway.log.LogReader;
import org.exactlyonce.gateway.log.PartitionEnds;
import org.exactlyonce.gateway.store.ConnectionShare;
import org.exactlyonce.gateway.store.Transactions;
import org.exactlyonce.gateway.topic.KnownTopics;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The relay, where it is asked for. Nothing of Kafka is loaded otherwise.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty("gateway.relay.enabled")
@EnableConfigurationProperties(KafkaProperties.class)
class RelayConfiguration {

	/** Its workers, and the two tasks that are repeated. */
	@Bean
	static ConnectionShare relayConnections(RelayProperties properties) {
		return new ConnectionShare("the relay", properties.threads() + 2);
	}

	@Bean
	RelayWorkers relayWorkers(RelayProperties properties) {
		return new RelayWorkers(properties.threads());
	}

	@Bean
	Relay relay(KafkaProperties kafka, SslBundles bundles, RelayProperties properties, KnownTopics known,
			LogReader reader, DurableEnds ends, LeaseRepository leases, Transactions transactions, RelayWorkers workers,
			MeterRegistry meters) {
		KafkaClients clients = new KafkaClients(kafka, bundles);
		RelayTopics topics = new RelayTopics(clients, properties);
		RelayLog log = new RelayLog(reader, ends);
		OpenProducers producers = new OpenProducers(clients, topics,
				new CursorReader(clients, topics, known, properties), properties, log);
		RelayMetrics metrics = new RelayMetrics(meters);
		RelayNews news = new RelayNews(System::nanoTime);
		return new Relay(new FollowedTopics(known, properties),
				(partition) -> new PartitionRelay(partition, log, producers, metrics, workers, news),
				new Leases(leases, transactions, properties.destination(), Leases.MOST), workers, topics);
	}

	@Bean
	RelayLag relayLag(Relay relay, PartitionEnds ends, LogReader reader, Clock clock, RelayWorkers workers,
			MeterRegistry meters) {
		return new RelayLag(relay, ends, reader, clock, workers, new LagMetrics(meters));
	}

	@Bean
	RelayHealth relayHealthContributor(Relay relay, RelayLag lag, RelayProperties properties) {
		return new RelayHealth(relay, lag, properties);
	}

}
