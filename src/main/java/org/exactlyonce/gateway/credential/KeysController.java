package org.exactlyonce.gateway.credential;

import java.net.URI;
import java.util.List;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import org.exactlyonce.gateway.access.AccessMode;
import org.exactlyonce.gateway.access.AccessProperties;
import org.exactlyonce.gateway.access.Audit;
import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.request.Body;
import org.exactlyonce.gateway.request.BodyReader;
import org.exactlyonce.gateway.request.Digits;
import org.exactlyonce.gateway.request.QueryParameterCheck;
import org.exactlyonce.gateway.request.QueryParameters;
import org.exactlyonce.gateway.sequence.SequenceRange;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The access keys, for administrators. In a mode that asks for no credential any caller
 * could make one, and use it once the mode is token: there are none then.
 */
@RestController
@RequestMapping(path = "/keys", produces = MediaType.APPLICATION_JSON_VALUE)
class KeysController implements KeysApi {

	private static final int DEFAULT_LIMIT = 1000;

	private final AccessKeys keys;

	private final BodyReader bodies;

	private final AccessMode mode;

	private final Audit audit;

	KeysController(AccessKeys keys, BodyReader bodies, AccessProperties access, Audit audit) {
		this.keys = keys;
		this.bodies = bodies;
		this.mode = access.mode();
		this.audit = audit;
	}

	@Override
	@PostMapping
	@QueryParameters(reportedWithBody = true)
	public ResponseEntity<KeyView> make(HttpServletRequest request) {
		requireTokenMode();
		KeyRequest asked;
		try (Body body = this.bodies.readOptionalJson(request)) {
			FieldErrors errors = new FieldErrors();
			QueryParameterCheck.report(request, errors);
			asked = KeyRequest.read(body.take(), errors);
			errors.refuseIfAny();
		}
		AccessKeys.Made made = this.keys.make(asked.name(), asked.rights(), asked.expiresAt());
		this.audit.did(request, "made the key " + made.row().id() + " for " + asked.name() + ": "
				+ RightsText.of(asked.rights()).replace("\n", "; "));
		return ResponseEntity.created(URI.create(request.getContextPath() + "/keys/" + made.row().id()))
			.body(KeyView.of(made.row(), made.key()));
	}

	@Override
	@GetMapping
	public KeyPage keys(@RequestParam(required = false) @Nullable String limit,
			@RequestParam(required = false) @Nullable String after) {
		requireTokenMode();
		FieldErrors errors = new FieldErrors();
		int size = (int) Digits.read("limit", limit, DEFAULT_LIMIT, 1, DEFAULT_LIMIT, errors);
		long start = Digits.read("after", after, -1, 0, SequenceRange.MAX, errors);
		errors.refuseIfAny();
		List<KeyView> found = this.keys.list(start, size + 1).stream().map(KeyView::of).toList();
		boolean more = found.size() > size;
		List<KeyView> page = more ? found.subList(0, size) : found;
		return new KeyPage(page, more ? (Long) page.get(size - 1).id() : null);
	}

	@Override
	@GetMapping("/{id}")
	public KeyView key(@PathVariable String id) {
		requireTokenMode();
		return this.keys.find(Digits.parse(id)).map(KeyView::of).orElseThrow(() -> unknown(id));
	}

	@Override
	@DeleteMapping("/{id}")
	public ResponseEntity<Void> revoke(@PathVariable String id, HttpServletRequest request) {
		requireTokenMode();
		if (!this.keys.revoke(Digits.parse(id))) {
			throw unknown(id);
		}
		this.audit.did(request, "revoked the key " + Digits.parse(id));
		return ResponseEntity.noContent().build();
	}

	private void requireTokenMode() {
		if (this.mode != AccessMode.TOKEN) {
			throw Problem
				.of(ProblemType.FORBIDDEN,
						"There are no access keys in the mode " + this.mode.word()
								+ ", where every caller could make one. Set gateway.security.mode to token, and"
								+ " gateway.security.admin-key.")
				.toException();
		}
	}

	private static ProblemException unknown(String id) {
		return Problem.of(ProblemType.NOT_FOUND, "There is no key " + FieldErrors.shortened(id, 40) + ".")
			.toException();
	}

	/**
	 * A page of keys.
	 *
	 * @param keys the keys, in the order of their ids
	 * @param next the {@code after} of the next page, or null if this is the last
	 */
	record KeyPage(@Schema(requiredMode = Schema.RequiredMode.REQUIRED) List<KeyView> keys,
			@Schema(description = "The after of the next page; null on the last", nullable = true,
					requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Long next) {
	}

}
