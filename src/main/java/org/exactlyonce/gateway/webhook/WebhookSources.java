package org.exactlyonce.gateway.webhook;

import java.util.Map;
import java.util.TreeMap;

import org.exactlyonce.gateway.access.Refusals;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.topic.KnownTopics;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * The sources that are configured. Immutable.
 */
@Component
class WebhookSources {

	private static final Logger log = LoggerFactory.getLogger(WebhookSources.class);

	private final Map<String, WebhookSource> sources = new TreeMap<>();

	private final KnownTopics topics;

	WebhookSources(WebhookProperties properties, KnownTopics topics) {
		properties.webhooks().forEach((name, settings) -> this.sources.put(name, WebhookSource.of(name, settings)));
		this.topics = topics;
	}

	/**
	 * Finds a source.
	 * @param name the path's segment
	 * @return the source; null if there is none
	 */
	@Nullable WebhookSource find(String name) {
		return this.sources.get(name);
	}

	/** The answer where there is none. */
	static Problem unknown(String name) {
		return Problem.of(ProblemType.NOT_FOUND, "There is no webhook source \"" + Refusals.echo(name) + "\".");
	}

	/** Says where deliveries go. A topic may be made later, and deleted. */
	@EventListener(ApplicationReadyEvent.class)
	void report() {
		this.sources.values().forEach((source) -> {
			log.info("POST /webhooks/{} takes events, signature {}, for the topic {}", source.name(),
					source.scheme().word(), source.topic());
			try {
				this.topics.layout(source.topic(), -1);
			}
			catch (RuntimeException ex) {
				if (ex instanceof ProblemException problem && problem.is(ProblemType.UNKNOWN_TOPIC)) {
					log.warn("The topic {} of the webhook source {} is missing: its deliveries are refused with 404"
							+ " until PUT /topics/{} makes it", source.topic(), source.name(), source.topic());
				}
				else {
					log.warn("Whether the topic {} of the webhook source {} exists is not known", source.topic(),
							source.name(), ex);
				}
			}
		});
	}

}
