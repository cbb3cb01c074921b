package org.exactlyonce.gateway.producer;

import java.net.URI;
import java.util.List;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import org.exactlyonce.gateway.access.Audit;
import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.request.Body;
import org.exactlyonce.gateway.request.BodyReader;
import org.exactlyonce.gateway.request.Digits;
import org.exactlyonce.gateway.request.QueryParameterCheck;
import org.exactlyonce.gateway.request.QueryParameters;
import org.exactlyonce.gateway.request.Requester;
import org.exactlyonce.gateway.request.ResponseMemory;
import org.exactlyonce.gateway.sequence.SequenceRange;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The handshake, the state of producers, and their owners.
 */
@RestController
@RequestMapping(path = "/producers", produces = MediaType.APPLICATION_JSON_VALUE)
class ProducersController implements ProducersApi {

	private final ProducerRegistry registry;

	private final ProducerQueries queries;

	private final ResponseMemory memory;

	private final BodyReader bodies;

	private final Audit audit;

	ProducersController(ProducerRegistry registry, ProducerQueries queries, BodyReader bodies, ResponseMemory memory,
			Audit audit) {
		this.registry = registry;
		this.queries = queries;
		this.memory = memory;
		this.bodies = bodies;
		this.audit = audit;
	}

	@Override
	@PostMapping
	@QueryParameters(reportedWithBody = true)
	public ResponseEntity<ProducerView> register(HttpServletRequest request) {
		ProducerRegistry.Registration registration;
		try (Body body = this.bodies.readOptionalJson(request)) {
			FieldErrors errors = new FieldErrors();
			QueryParameterCheck.report(request, errors);
			String name = ProducerBodies.name(body.take(), errors);
			errors.refuseIfAny();
			registration = this.registry.register(name, Requester.of(request), this.memory.of(request));
		}
		catch (ProblemException ex) {
			if (ex.is(ProblemType.NOT_OWNER)) {
				this.audit.denied(Requester.of(request).name(), request, "the name of another principal's producer");
			}
			throw ex;
		}
		ProducerView producer = registration.producer();
		return registration.created()
				? ResponseEntity.created(URI.create(request.getContextPath() + "/producers/" + producer.producerId()))
					.body(producer)
				: ResponseEntity.ok(producer);
	}

	@Override
	@PostMapping("/{producerId}/epoch")
	@QueryParameters(reportedWithBody = true)
	public ProducerView raiseEpoch(@PathVariable String producerId, HttpServletRequest request) {
		try (Body body = this.bodies.readOptionalJson(request)) {
			FieldErrors errors = new FieldErrors();
			QueryParameterCheck.report(request, errors);
			Long believed = ProducerBodies.epoch(body.take(), errors);
			errors.refuseIfAny();
			long id = Digits.parse(producerId);
			if (id < 0) {
				throw EpochRaise.unknown(producerId);
			}
			Requester requester = Requester.of(request);
			ProducerView raised = this.registry.raiseEpoch(id, believed, requester, this.memory.of(request));
			if (requester.name() != null && requester.administrator() && !requester.name().equals(raised.owner())) {
				this.audit.did(request, "raised the epoch of producer " + id + ", which " + belongsTo(raised.owner())
						+ ", to " + raised.producerEpoch());
			}
			return raised;
		}
	}

	@Override
	@PatchMapping("/{producerId}")
	@QueryParameters(reportedWithBody = true)
	public ProducerView giveProducer(@PathVariable String producerId, HttpServletRequest request) {
		Requester requester = Requester.of(request);
		requester.requireAdministrator();
		try (Body body = this.bodies.readPatch(request)) {
			FieldErrors errors = new FieldErrors();
			QueryParameterCheck.report(request, errors);
			String owner = ProducerBodies.owner(body.take(), errors);
			errors.refuseIfAny();
			ProducerView given = this.registry.give(Digits.parse(producerId), owner, requester, this.memory.of(request))
				.orElseThrow(() -> EpochRaise.unknown(producerId));
			this.audit.did(request,
					"gave producer " + given.producerId() + " away, which now " + belongsTo(given.owner()));
			return given;
		}
	}

	private static String belongsTo(@Nullable String owner) {
		return (owner != null) ? "belongs to " + owner : "has no owner";
	}

	@Override
	@GetMapping("/{producerId}")
	public ProducerView producer(@PathVariable String producerId, HttpServletRequest request) {
		long id = Digits.parse(producerId);
		return this.queries.find(id, Requester.of(request), this.memory.of(request))
			.orElseThrow(() -> EpochRaise.unknown(producerId));
	}

	@Override
	@GetMapping
	public ProducerPage producers(@RequestParam(required = false) @Nullable String name,
			@RequestParam(required = false) @Nullable String limit,
			@RequestParam(required = false) @Nullable String after, HttpServletRequest request) {
		FieldErrors errors = new FieldErrors();
		int size = (int) Digits.read("limit", limit, 100, 1, 1000, errors);
		long start = Digits.read("after", after, -1, 0, SequenceRange.MAX, errors);
		errors.refuseIfAny();
		Requester requester = Requester.of(request);
		if (name != null) {
			boolean possible = name.indexOf(0) < 0
					&& name.codePointCount(0, name.length()) <= ProducerBodies.MAX_NAME_LENGTH;
			return new ProducerPage(
					possible ? this.queries.findByName(name, requester, this.memory.of(request)) : List.of(), null);
		}
		ProducerQueries.Page page = this.queries.page(start, size, requester, this.memory.of(request));
		List<ProducerView> found = page.producers();
		return new ProducerPage(found, page.more() ? (Long) found.get(found.size() - 1).producerId() : null);
	}

	/**
	 * A page of producers.
	 *
	 * @param producers the producers, in the order of their ids
	 * @param next the {@code after} of the next page, or null if this is the last
	 */
	record ProducerPage(@Schema(requiredMode = Schema.RequiredMode.REQUIRED) List<ProducerView> producers,
			@Schema(description = "The after of the next page; null on the last", nullable = true,
					requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Long next) {
	}

}
