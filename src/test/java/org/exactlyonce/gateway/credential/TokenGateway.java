package org.exactlyonce.gateway.credential;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;

/**
 * A gateway in the mode token, called with one key or another.
 */
public final class TokenGateway {

	public static final String ADMIN_KEY = "an-administrators-key-of-these-tests";

	private final GatewayClient client;

	public TokenGateway(GatewayClient client) {
		this.client = client;
	}

	/**
	 * Sends a request.
	 * @param key the credential, or null for none
	 */
	public Answer send(String key, String method, String path, String json) {
		List<String> headers = new ArrayList<>();
		if (key != null) {
			headers.addAll(List.of("Authorization", "Bearer " + key));
		}
		if (json != null) {
			headers.addAll(List.of("Content-Type", "application/json"));
		}
		return this.client.send(method, path, (json != null) ? json.getBytes(StandardCharsets.UTF_8) : null,
				headers.toArray(String[]::new));
	}

	public Answer get(String key, String path) {
		return send(key, "GET", path, null);
	}

	public Answer make(String name, String rights, String expiresAt) {
		return send(ADMIN_KEY, "POST", "/keys", "{\"name\": \"" + name + "\", \"rights\": [" + rights
				+ "], \"expiresAt\": " + ((expiresAt != null) ? "\"" + expiresAt + "\"" : "null") + "}");
	}

	/** Makes a key for one right, perhaps bound to a topic. */
	public String key(String right, String... topics) {
		String bound = (topics.length > 0) ? ", \"topics\": [\"" + String.join("\", \"", topics) + "\"]" : "";
		return make(right + "-" + topics.length, "{\"may\": [\"" + right + "\"]" + bound + "}", null).json()
			.get("key")
			.asString();
	}

	String revoked() {
		Answer made = make("revoked", "{\"may\": [\"admin\"]}", null);
		send(ADMIN_KEY, "DELETE", "/keys/" + made.json().get("id").asString(), null);
		return made.json().get("key").asString();
	}

	String expired() {
		return make("expired", "{\"may\": [\"admin\"]}", "2026-01-01T00:00:00Z").json().get("key").asString();
	}

}
