package org.exactlyonce.gateway.webhook;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestEvent;
import jakarta.servlet.ServletRequestListener;
import jakarta.servlet.http.HttpServletResponse;
import org.exactlyonce.gateway.problem.RefusalLog;

import org.springframework.stereotype.Component;

/**
 * Counts deliveries by what they were answered, once their requests are over, and logs
 * that some were refused: their senders give up, or switch the webhook off. Only the
 * sources that are configured have counters.
 */
@Component
class WebhookMetrics implements ServletRequestListener {

	private static final String ATTRIBUTE = WebhookMetrics.class.getName();

	private final Map<Key, Counter> counters = new HashMap<>();

	private final RefusalLog log = new RefusalLog();

	/**
	 * As a listener it is there before the database: it must not ask for more than this.
	 */
	WebhookMetrics(WebhookProperties properties, MeterRegistry meters) {
		for (String source : properties.webhooks().keySet()) {
			for (Outcome outcome : Outcome.values()) {
				this.counters.put(new Key(source, outcome),
						Counter.builder("gateway.webhooks")
							.description("Answered deliveries of webhooks")
							.tag("source", source)
							.tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
							.register(meters));
			}
		}
	}

	/**
	 * Counts a delivery at its end.
	 * @param source its source
	 * @param request its request
	 * @param response what it is answered
	 */
	void count(WebhookSource source, ServletRequest request, HttpServletResponse response) {
		request.setAttribute(ATTRIBUTE, new Delivered(source.name(), response));
	}

	/**
	 * Does not count a request: it delivers nothing.
	 * @param request the request
	 */
	void leaveOut(ServletRequest request) {
		request.removeAttribute(ATTRIBUTE);
	}

	@Override
	public void requestDestroyed(ServletRequestEvent event) {
		if (event.getServletRequest().getAttribute(ATTRIBUTE) instanceof Delivered delivered) {
			Outcome outcome = Outcome.of(delivered.response);
			Objects.requireNonNull(this.counters.get(new Key(delivered.source, outcome))).increment();
			if (outcome == Outcome.REFUSED) {
				this.log.refused(outcome, delivered.response.getStatus(),
						"a delivery to the webhook source " + delivered.source + ", whose sender was told why.",
						event.getServletRequest().getRemoteAddr());
			}
		}
	}

	private enum Outcome {

		STORED, DUPLICATE, BAD_SIGNATURE, REFUSED, FAILED;

		/**
		 * A response begins with 200, which says nothing: where the sender went away, it
		 * got no answer, and failed.
		 */
		private static Outcome of(HttpServletResponse response) {
			int status = response.getStatus();
			return switch (status) {
				case HttpServletResponse.SC_CREATED -> STORED;
				case HttpServletResponse.SC_OK -> response.containsHeader("Idempotent-Replayed") ? DUPLICATE : FAILED;
				case HttpServletResponse.SC_UNAUTHORIZED -> BAD_SIGNATURE;
				default -> (status >= HttpServletResponse.SC_INTERNAL_SERVER_ERROR) ? FAILED : REFUSED;
			};
		}

	}

	private record Delivered(String source, HttpServletResponse response) {
	}

	private record Key(String source, Outcome outcome) {
	}

}
