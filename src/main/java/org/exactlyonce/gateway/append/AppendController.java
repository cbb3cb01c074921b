package org.exactlyonce.gateway.append;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.exactlyonce.gateway.access.Audit;
import org.exactlyonce.gateway.commit.AppendOutcome;
import org.exactlyonce.gateway.commit.AppendRequest;
import org.exactlyonce.gateway.commit.Lanes;
import org.exactlyonce.gateway.commit.Patience;
import org.exactlyonce.gateway.log.Partitions;
import org.exactlyonce.gateway.process.ProcessEnd;
import org.exactlyonce.gateway.request.Preferences;
import org.exactlyonce.gateway.request.QueryParameters;
import org.exactlyonce.gateway.request.Requester;
import org.exactlyonce.gateway.request.RequestProperties;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Append, in every form and delivery mode.
 */
@RestController
class AppendController implements AppendApi {

	private final AppendParser parser;

	private final Partitions partitions;

	private final Lanes lanes;

	private final JsonMapper json;

	private final Audit audit;

	private final Duration maxWait;

	AppendController(AppendParser parser, Partitions partitions, Lanes lanes, JsonMapper json, Audit audit,
			RequestProperties properties) {
		this.parser = parser;
		this.partitions = partitions;
		this.lanes = lanes;
		this.json = json;
		this.audit = audit;
		this.maxWait = properties.maxWait();
	}

	@Override
	@QueryParameters(value = "acks", reportedWithBody = true)
	@PostMapping(path = "/partitions/{partition}/records", produces = MediaType.APPLICATION_JSON_VALUE)
	public void append(@PathVariable String partition, HttpServletRequest request, HttpServletResponse response) {
		IncomingAppend incoming = this.parser.read(request);
		try {
			CompletableFuture<ResponseEntity<Object>> outcome = incoming.acknowledged()
					? acknowledged(incoming, partition, request) : unacknowledged(incoming, partition, request);
			LateAnswer late = new LateAnswer(request, response, this.json);
			outcome.whenComplete((answer, failure) -> ProcessEnd.guarded(() -> late.send(answer, failure)).run());
		}
		catch (RuntimeException | Error ex) {
			incoming.memory().close();
			throw ex;
		}
	}

	private CompletableFuture<ResponseEntity<Object>> acknowledged(IncomingAppend incoming, String partition,
			HttpServletRequest request) {
		Duration wait = Preferences.waitUpTo(request, this.maxWait);
		Patience patience = (wait != null && incoming.identity().isPresent()) ? Patience.upTo(wait) : Patience.NONE;
		AppendRequest append = incoming.to(this.partitions.require(partition), patience, Requester.of(request).name());
		AppendResponses responses = new AppendResponses(append, incoming.place());
		return this.lanes.submit(append)
			.whenComplete((outcome, failure) -> incoming.memory().close())
			.thenApply((outcome) -> {
				if (outcome.isOfAnotherOwner()) {
					this.audit.denied(append.principal(), request, "to append as a producer of another principal");
				}
				return responses.of(outcome);
			});
	}

	/** What is known by now is answered; the memory is held until the commit. */
	private CompletableFuture<ResponseEntity<Object>> unacknowledged(IncomingAppend incoming, String partition,
			HttpServletRequest request) {
		CompletableFuture<AppendOutcome> outcome = this.lanes
			.submitUnacknowledged(
					incoming.to(this.partitions.require(partition), Patience.NONE, Requester.of(request).name()))
			.whenComplete((ignored, failure) -> incoming.memory().close());
		ResponseEntity<Object> accepted = ResponseEntity.accepted().build();
		return outcome.isCompletedExceptionally() ? outcome.thenApply((ignored) -> accepted)
				: CompletableFuture.completedFuture(accepted);
	}

}
