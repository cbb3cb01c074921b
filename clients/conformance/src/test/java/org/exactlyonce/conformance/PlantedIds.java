package org.exactlyonce.conformance;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a planted client sends with ids: a record at a time, until it is answered. It
 * breaks the rule that the flaw names.
 */
final class PlantedIds {

	private static final JsonMapper JSON = new JsonMapper();

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final String flaw;

	private final String url;

	PlantedIds(String flaw, String url) {
		this.flaw = flaw;
		this.url = url;
	}

	/** Returns the outcome of a record that goes to a path. */
	ObjectNode send(String path, String record, String id) throws InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create(this.url + path))
			.timeout(Duration.ofSeconds(30))
			.header("Content-Type", "application/x-ndjson")
			.POST(HttpRequest.BodyPublishers
				.ofString("{\"id\": \"" + id + "\", \"value\": {\"record\": \"" + record + "\"}}\n"))
			.build();
		while (true) {
			try {
				HttpResponse<String> answer = this.client.send(request, HttpResponse.BodyHandlers.ofString());
				if (answer.statusCode() < 500) {
					return outcome(record, JSON.readTree(answer.body()));
				}
			}
			catch (IOException ex) {
				// The same again.
			}
			Thread.sleep(20);
		}
	}

	private ObjectNode outcome(String record, JsonNode answer) {
		ObjectNode outcome = JSON.createObjectNode().put("event", "outcome").put("record", record);
		if (answer.has("code")) {
			return outcome.put("outcome", "not-stored").put("error", "refused");
		}
		JsonNode placed = answer.get("records").get(0);
		return outcome.put("outcome", "stored")
			.put("topic", answer.get("topic").asString())
			.put("partition", placed.get("partition").asInt())
			.put("offset", placed.get("offset").asLong())
			.put("duplicate", placed.get("duplicate").asBoolean() || this.flaw.equals("tells-duplicates"));
	}

}
