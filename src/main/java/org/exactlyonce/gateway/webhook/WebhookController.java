package org.exactlyonce.gateway.webhook;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.exactlyonce.gateway.append.TopicAppends;
import org.exactlyonce.gateway.commit.CommitProperties;
import org.exactlyonce.gateway.incoming.AppendProperties;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.quota.Quotas;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.request.Body;
import org.exactlyonce.gateway.request.BodyReader;
import org.exactlyonce.gateway.request.ContentType;
import org.exactlyonce.gateway.request.QueryParameters;

import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Takes deliveries of webhooks. Whatever their senders accept is answered with JSON.
 */
@RestController
class WebhookController implements WebhooksApi {

	/** There is no registered name for it, and RFC 9110 wants one. */
	private static final String CHALLENGE = "Webhook-Signature";

	private final WebhookSources sources;

	private final WebhookMetrics metrics;

	private final BodyReader bodies;

	private final long maxBytes;

	private final Quotas quotas;

	private final TopicAppends appends;

	private final Clock clock;

	WebhookController(WebhookSources sources, WebhookMetrics metrics, BodyReader bodies, AppendProperties limits,
			CommitProperties commits, Quotas quotas, TopicAppends appends, Clock clock) {
		this.sources = sources;
		this.metrics = metrics;
		this.bodies = bodies;
		this.maxBytes = limits.maxBatchBytes(commits.lanes());
		this.quotas = quotas;
		this.appends = appends;
		this.clock = clock;
	}

	@Override
	@QueryParameters(othersPassedOver = true)
	@PostMapping("/webhooks/{source}")
	public void deliver(@PathVariable String source, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		WebhookSource known = this.sources.require(source);
		this.metrics.count(known, request, response);
		Body body = this.bodies.read(request, this.maxBytes);
		try {
			deliver(known, new Delivery(request::getHeader, body.take()), body, request, response);
		}
		catch (IOException | RuntimeException | Error ex) {
			body.close();
			throw ex;
		}
	}

	private void deliver(WebhookSource source, Delivery delivery, Body memory, HttpServletRequest request,
			HttpServletResponse response) throws IOException {
		String complaint = source.signature().complaint(delivery, this.clock.instant());
		if (complaint != null) {
			throw Problem.of(ProblemType.INVALID_SIGNATURE, complaint)
				.header(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE)
				.toException();
		}
		this.quotas.take(source.principal(), delivery.body().length, request);
		String challenge = (source.scheme() == SignatureScheme.SLACK) ? SlackHandshake.challenge(delivery) : null;
		if (challenge != null) {
			this.metrics.leaveOut(request);
			memory.close();
			answer(challenge, response);
			return;
		}
		LogRecord record = EventRecord.of(source, delivery, ContentType.ofAny(request));
		this.appends.append(source.topic(), record, source.id().ofTheSender(), memory, source.principal(), request,
				response);
	}

	private static void answer(String text, HttpServletResponse response) throws IOException {
		response.setContentType("text/plain;charset=UTF-8");
		response.setHeader("X-Content-Type-Options", "nosniff");
		response.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
	}

}
