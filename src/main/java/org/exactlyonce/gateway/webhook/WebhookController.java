package org.exactlyonce.gateway.webhook;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.exactlyonce.gateway.access.AccessMode;
import org.exactlyonce.gateway.access.AccessProperties;
import org.exactlyonce.gateway.access.RefusalReason;
import org.exactlyonce.gateway.access.Refusals;
import org.exactlyonce.gateway.append.TopicAppends;
import org.exactlyonce.gateway.commit.CommitProperties;
import org.exactlyonce.gateway.incoming.AppendProperties;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.problem.ProblemWriter;
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

	private final Refusals refusals;

	private final BodyReader bodies;

	private final long maxBytes;

	/** Then all are one sender, signature or not. */
	private final boolean everybodyMaySend;

	private final Quotas quotas;

	private final TopicAppends appends;

	private final Clock clock;

	WebhookController(WebhookSources sources, WebhookMetrics metrics, Refusals refusals, BodyReader bodies,
			AppendProperties limits, CommitProperties commits, AccessProperties access, Quotas quotas,
			TopicAppends appends, Clock clock) {
		this.sources = sources;
		this.metrics = metrics;
		this.refusals = refusals;
		this.bodies = bodies;
		this.maxBytes = limits.maxBatchBytes(commits.lanes());
		this.everybodyMaySend = access.mode() != AccessMode.TOKEN;
		this.quotas = quotas;
		this.appends = appends;
		this.clock = clock;
	}

	@Override
	@QueryParameters(othersPassedOver = true)
	@PostMapping("/webhooks/{source}")
	public void deliver(@PathVariable String source, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		WebhookSource known = this.sources.find(source);
		if (known == null) {
			ProblemWriter.refuse(WebhookSources.unknown(source), request, response);
			return;
		}
		this.metrics.count(known, request, response);
		Instant now = this.clock.instant();
		String complaint = known.signature().complaintOfHead(known.delivery(request::getHeader, new byte[0]), now);
		if (complaint != null) {
			this.refusals.refuse(RefusalReason.SIGNATURE, badSignature(complaint), request, response);
			return;
		}
		Body body = read(known, request, response);
		try {
			deliver(known, known.delivery(request::getHeader, body.take()), now, body, request, response);
		}
		catch (IOException | RuntimeException | Error ex) {
			body.close();
			throw ex;
		}
	}

	/** Nobody knows yet who sent it: what is too large is not received to its end. */
	private Body read(WebhookSource source, HttpServletRequest request, HttpServletResponse response) {
		try {
			return this.bodies.readSigned(request, this.maxBytes, source.scheme().signsBody(), this.everybodyMaySend);
		}
		catch (ProblemException ex) {
			if (ex.problem().type() == ProblemType.RECORD_BATCH_TOO_LARGE) {
				ProblemWriter.leaveBodyUnread(request, response);
			}
			throw ex;
		}
	}

	/** The time is that of the head: a body may take longer than what is left of it. */
	private void deliver(WebhookSource source, Delivery delivery, Instant now, Body body, HttpServletRequest request,
			HttpServletResponse response) throws IOException {
		String complaint = source.signature().complaint(delivery, now);
		if (complaint != null) {
			Problem problem = badSignature(complaint);
			this.refusals.note(RefusalReason.SIGNATURE, problem, request);
			throw problem.toException();
		}
		if (!this.everybodyMaySend) {
			body.sentBy(source.principal());
		}
		this.quotas.take(source.principal(), delivery.body().length, request);
		String challenge = (source.scheme() == SignatureScheme.SLACK) ? SlackHandshake.challenge(delivery) : null;
		if (challenge != null) {
			this.metrics.leaveOut(request);
			body.close();
			answer(challenge, response);
			return;
		}
		LogRecord record = EventRecord.of(source, delivery, ContentType.ofAny(request));
		this.appends.append(source.topic(), record, source.id().ofTheSender(), body, source.principal(), request,
				response);
	}

	private static Problem badSignature(String complaint) {
		return Problem.of(ProblemType.INVALID_SIGNATURE, complaint).header(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE);
	}

	private static void answer(String text, HttpServletResponse response) throws IOException {
		response.setContentType("text/plain;charset=UTF-8");
		response.setHeader("X-Content-Type-Options", "nosniff");
		response.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
	}

}
