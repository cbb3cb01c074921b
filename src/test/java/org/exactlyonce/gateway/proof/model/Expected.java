package org.exactlyonce.gateway.proof.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.exactlyonce.gateway.support.GatewayClient.Answer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A whole answer: the status, every header that the contract knows, and every member of
 * the body.
 *
 * @param status the status
 * @param headers the contract's headers; the others must be absent
 * @param body the body's members
 */
record Expected(int status, Map<String, String> headers, Map<String, Object> body) {

	private static final JsonMapper JSON = JsonMapper.shared();

	private static final List<String> HEADERS = List.of("Content-Type", "Idempotent-Replayed", "Location",
			"Preference-Applied", "Producer-Epoch", "Producer-Expected-Seq", "Producer-Next-Seq",
			"Producer-Received-Seq", "Retry-After");

	static Expected of(int status, Map<String, Object> body, String... headers) {
		return new Expected(status, headers("application/json", headers), body);
	}

	/**
	 * A problem; its texts are compared in {@link #check} only as far as they are fixed.
	 */
	static Expected problem(int status, String code, String retry, String path, Map<String, Object> extensions,
			String... headers) {
		Map<String, Object> body = body("type", "/problems/" + code.toLowerCase(Locale.ROOT).replace('_', '-'),
				"status", status, "instance", path, "code", code, "retry", retry);
		body.putAll(extensions);
		return new Expected(status, headers("application/problem+json", headers), body);
	}

	/** An answer without a body. */
	static Expected nothing(int status) {
		return new Expected(status, Map.of(), Map.of());
	}

	static Map<String, Object> body(Object... members) {
		Map<String, Object> body = new LinkedHashMap<>();
		for (int i = 0; i < members.length; i += 2) {
			body.put((String) members[i], members[i + 1]);
		}
		return body;
	}

	private static Map<String, String> headers(String contentType, String... more) {
		Map<String, String> headers = new TreeMap<>(Map.of("Content-Type", contentType));
		for (int i = 0; i < more.length; i += 2) {
			headers.put(more[i], more[i + 1]);
		}
		return headers;
	}

	/** What a report calls this answer. */
	String kind() {
		return (this.status + " " + this.body.getOrDefault("code", "")).strip();
	}

	void check(Answer answer) {
		assertThat(answer.status()).isEqualTo(this.status);
		Map<String, String> present = new TreeMap<>();
		HEADERS.stream()
			.filter((name) -> answer.header(name) != null)
			.forEach((name) -> present.put(name, answer.header(name)));
		assertThat(present).isEqualTo(this.headers);
		if (this.body.isEmpty()) {
			assertThat(answer.text()).isEmpty();
			return;
		}
		JsonNode json = answer.json();
		if (this.body.containsKey("code")) {
			checkTexts((ObjectNode) json);
		}
		assertThat(json).isEqualTo(JSON.readTree(JSON.writeValueAsString(this.body)));
	}

	/**
	 * Takes out the texts for people, which must be there and have the numbers in them.
	 */
	private void checkTexts(ObjectNode problem) {
		assertThat(problem.remove("title").asString()).isNotBlank();
		String detail = problem.remove("detail").asString();
		assertThat(detail).isNotBlank();
		this.body.forEach((name, value) -> {
			if (value instanceof Long number) {
				assertThat(detail).as(name).containsPattern("\\b" + number + "\\b");
			}
		});
		if (problem.get("errors") instanceof ArrayNode errors) {
			errors.forEach((error) -> assertThat(((ObjectNode) error).remove("message").asString()).isNotBlank());
		}
	}

}
