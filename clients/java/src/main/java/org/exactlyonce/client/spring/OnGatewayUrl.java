package org.exactlyonce.client.spring;

import java.util.List;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches where the producer's servers are URLs: a Kafka broker has none.
 */
class OnGatewayUrl extends SpringBootCondition {

	private static final String SERVERS = "spring.kafka.producer.bootstrap-servers";

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		List<String> servers = Binder.get(context.getEnvironment())
			.bind(SERVERS, Bindable.listOf(String.class))
			.orElse(List.of());
		boolean url = servers.stream().anyMatch((server) -> server.matches("(?i)https?://.*"));
		ConditionMessage.Builder message = ConditionMessage.forCondition("Gateway");
		return new ConditionOutcome(url,
				(url) ? message.found("URL in " + SERVERS).items(servers) : message.didNotFind("URL").items(SERVERS));
	}

}
