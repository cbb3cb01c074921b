package org.exactlyonce.conformance;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The reader of a planted client: of one partition, from its beginning. It breaks the
 * rule that the flaw names.
 */
final class PlantedReader {

	private static final JsonMapper JSON = new JsonMapper();

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final String flaw;

	private final ArrayNode records = JSON.createArrayNode();

	private long next;

	private long end;

	/** Whether the last request was answered. */
	private boolean answered;

	PlantedReader(String flaw) {
		this.flaw = flaw;
	}

	/** Returns what a driver answers. */
	ObjectNode read(JsonNode command) throws InterruptedException {
		ObjectNode answer = JSON.createObjectNode().put("ok", true);
		long until = System.nanoTime() + Duration.ofMillis(command.get("timeoutMs").asLong()).toNanos();
		while (this.records.size() < command.get("count").asInt() && System.nanoTime() < until) {
			try {
				JsonNode page = page(command);
				if (page.get("logEndOffset").asLong() < this.end) {
					answer.put("error", "lost");
					break;
				}
				this.end = page.get("logEndOffset").asLong();
				this.next = page.get("nextOffset").asLong();
				page.get("records").forEach(this::take);
			}
			catch (IOException ex) {
				this.answered = false;
				Thread.sleep(50);
			}
		}
		if (!has("tells-no-records")) {
			answer.set("records", this.records);
		}
		return answer;
	}

	private void take(JsonNode record) {
		boolean fifth = record.get("offset").asLong() == 5;
		if (!(fifth && has("skips"))) {
			this.records.add(record);
		}
		if (fifth && has("repeats")) {
			this.records.add(record);
		}
	}

	private JsonNode page(JsonNode command) throws IOException, InterruptedException {
		HttpRequest.Builder request = HttpRequest
			.newBuilder(URI.create(command.get("urls").get(0).asString() + "/partitions/"
					+ command.get("partition").asInt() + "/records?limit=500&offset=" + this.next))
			.timeout(Duration.ofSeconds(30));
		if (this.answered || has("waits-always")) {
			request.header("Prefer", "wait=10");
		}
		HttpResponse<String> answer = this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
		if (answer.statusCode() != 200) {
			throw new IOException(answer.body());
		}
		this.answered = true;
		return JSON.readTree(answer.body());
	}

	private boolean has(String flaw) {
		return this.flaw.equals(flaw);
	}

}
