package org.exactlyonce.gateway.log;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import jakarta.servlet.http.HttpServletRequest;
import org.exactlyonce.gateway.problem.Problem.FieldError;
import org.exactlyonce.gateway.request.Body;
import org.exactlyonce.gateway.request.BodyReader;
import org.exactlyonce.gateway.request.QueryNumbers;
import org.exactlyonce.gateway.request.QueryString;
import org.exactlyonce.gateway.sequence.SequenceRange;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Append and read back.
 */
@RestController
@RequestMapping(path = "/partitions/{partition}/records", produces = MediaType.APPLICATION_JSON_VALUE)
class RecordsController implements RecordsApi {

	private static final List<String> IDENTITY_HEADERS = List.of("Producer-Id", "Producer-Epoch", "Producer-Seq",
			"Record-Key");

	private final Lanes lanes;

	private final LogReader reader;

	private final Partitions partitions;

	private final BodyReader bodies;

	private final LogProperties properties;

	RecordsController(Lanes lanes, LogReader reader, Partitions partitions, BodyReader bodies,
			LogProperties properties) {
		this.lanes = lanes;
		this.reader = reader;
		this.partitions = partitions;
		this.bodies = bodies;
		this.properties = properties;
	}

	@Override
	@PostMapping
	public CompletableFuture<ResponseEntity<Object>> append(@PathVariable String partition,
			HttpServletRequest request) {
		Body body = this.bodies.readJson(request, this.properties.maxBatchBytes().toBytes());
		try {
			AppendRequest append = new AppendReader(this.properties, outsideErrors(request)).read(body.take())
				.to(this.partitions.require(partition));
			return this.lanes.submit(append)
				.thenApply((outcome) -> AppendResponses.of(append, outcome))
				.whenComplete((response, failure) -> body.close());
		}
		catch (RuntimeException | Error ex) {
			body.close();
			throw ex;
		}
	}

	/**
	 * What is wrong outside the body: an acks other than all, and an identity in headers,
	 * which must not be lost on a client that believes they are taken already.
	 */
	private static List<FieldError> outsideErrors(HttpServletRequest request) {
		List<FieldError> errors = new ArrayList<>();
		// from the query string alone: asking for a parameter could read the body
		List<String> acks = QueryString.values(request.getQueryString(), "acks");
		if (!acks.isEmpty() && !acks.equals(List.of("all"))) {
			errors.add(new FieldError("acks", "is \"" + String.join("\", \"", acks) + "\", must be all"));
		}
		for (String name : IDENTITY_HEADERS) {
			if (request.getHeader(name) != null) {
				errors.add(new FieldError(name, "is not taken as a header yet, must be a field of the body"));
			}
		}
		return errors;
	}

	@Override
	@GetMapping
	public RecordPage read(@PathVariable String partition, @RequestParam(required = false) @Nullable String offset,
			@RequestParam(required = false) @Nullable String limit) {
		long from = QueryNumbers.read("offset", offset, 0, 0, SequenceRange.MAX);
		int size = (int) QueryNumbers.read("limit", limit, 100, 1, 10_000);
		int number = this.partitions.require(partition);
		return RecordPage.of(number, from, this.reader.read(number, from, size));
	}

}
