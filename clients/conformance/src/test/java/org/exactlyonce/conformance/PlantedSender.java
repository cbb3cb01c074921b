package org.exactlyonce.conformance;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Set;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A driver of a client that sends one batch at a time, and takes each answer for what it
 * is, but for the flaw that its argument names.
 */
final class PlantedSender {

	private static final JsonMapper JSON = new JsonMapper();

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final String flaw;

	private String url;

	private long next;

	private int epoch;

	/** Why it takes no more. */
	private String ended;

	private PlantedSender(String flaw) {
		this.flaw = flaw;
	}

	public static void main(String[] arguments) throws Exception {
		PlantedSender sender = new PlantedSender(arguments[0]);
		BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String line = commands.readLine(); line != null; line = commands.readLine()) {
			JsonNode command = JSON.readTree(line);
			switch (command.get("command").asString()) {
				case "open" -> {
					sender.url = command.get("urls").get(0).asString();
					sender.next = 0;
					sender.epoch = 3;
					sender.ended = null;
				}
				case "send" -> sender.send(command.get("label").asString(), command.get("from").asInt(),
						command.get("count").asInt());
				default -> {
				}
			}
			System.out.println(JSON.createObjectNode().put("id", command.get("id").asLong()).put("ok", true));
		}
	}

	private void send(String label, int from, int count) throws Exception {
		if (this.ended != null && !has("sends-on")) {
			tell(label, from, count, "not-stored", this.ended, -1);
			return;
		}
		for (boolean again = false;; again = true) {
			HttpResponse<String> answer = append(label, from, count);
			JsonNode document = document(answer.body());
			if (answer.statusCode() < 300 && (isReceipt(document, count) || has("believes-any-success"))) {
				if (has("sends-twice") && !again) {
					continue;
				}
				this.next += count;
				tell(label, from, count, "stored", null, document.path("baseOffset").asLong(-1));
				return;
			}
			if (isFinal(answer.statusCode(), document, count)) {
				if (mayBeStored(answer.statusCode(), document) && !has("believes-a-proxy") && fence() != this.next) {
					continue;
				}
				fail(label, from, count, answer.statusCode(), document);
				return;
			}
			if (answer.statusCode() == 503 && has("drops")) {
				return;
			}
			if (isTooMuch(answer.statusCode()) && count > 1 && !has("sends-the-whole")) {
				for (int i = 0; i < count; i++) {
					send(label, from + i, 1);
				}
				return;
			}
			this.next += has("renumbers") ? 1 : 0;
			long seconds = has("impatient") ? 0 : answer.headers().firstValueAsLong("Retry-After").orElse(0);
			Thread.sleep(20 + seconds * 1000);
		}
	}

	private boolean isReceipt(JsonNode document, int count) {
		return document.path("topic").asString("records").equals("records") && document.path("partition").asInt(-1) == 0
				&& document.path("baseSequence").asLong(-1) == this.next
				&& document.path("lastSequence").asLong(-1) == this.next + count - 1;
	}

	private static boolean isTooMuch(int status) {
		return status == 413 || status == 400;
	}

	private boolean isFinal(int status, JsonNode document, int count) {
		if (status < 300 || status == 408 || status == 429) {
			return false;
		}
		return switch (status) {
			case 400, 413 -> count == 1;
			case 403 -> !document.path("code").asString("").equals("PRODUCER_FENCED")
					|| document.path("currentEpoch").asInt() > 3;
			case 409 -> document.get("expectedSequence").asLong() != this.next
					&& document.get("expectedSequence").asLong() != this.next + count;
			default -> status < 500 || has("gives-up");
		};
	}

	/**
	 * An error without a code is that of a server on the way, which may have passed the
	 * request on, but for those that it gives before it does.
	 */
	private static boolean mayBeStored(int status, JsonNode document) {
		return !document.has("code") && !Set.of(401, 407, 413, 414, 431).contains(status);
	}

	/** Returns the next sequence, with no request of before under way any more. */
	private long fence() throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create(this.url + "/producers/7/epoch"))
			.POST(HttpRequest.BodyPublishers.noBody())
			.build();
		JsonNode state = document(this.client.send(request, HttpResponse.BodyHandlers.ofString()).body());
		this.epoch = state.get("producerEpoch").asInt();
		return state.get("partitions").get(0).get("nextSequence").asLong();
	}

	private void fail(String label, int from, int count, int status, JsonNode document) {
		String code = document.path("code").asString("");
		boolean lost = status == 409 || status == 422 || code.equals("UNKNOWN_PRODUCER_ID");
		if (lost || code.equals("PRODUCER_FENCED")) {
			this.ended = lost ? "lost" : "fenced";
		}
		String error = (status == 413) ? "too-large" : "refused";
		boolean told = lost && has("tells-stored");
		tell(label, from, count, told ? "stored" : "not-stored", (this.ended != null) ? this.ended : error, 41);
	}

	private HttpResponse<String> append(String label, int from, int count) throws Exception {
		StringBuilder body = new StringBuilder();
		for (int i = from; i < from + count; i++) {
			body.append("{\"value\": {\"record\": \"").append(label).append('-').append(i).append("\"}}\n");
		}
		HttpRequest request = HttpRequest.newBuilder(URI.create(this.url + "/partitions/0/records"))
			.headers("Content-Type", "application/x-ndjson", "Producer-Id", "7", "Producer-Epoch", "" + this.epoch,
					"Producer-Seq", "" + this.next)
			.POST(HttpRequest.BodyPublishers.ofString(body.toString()))
			.build();
		return this.client.send(request, HttpResponse.BodyHandlers.ofString());
	}

	private static JsonNode document(String body) {
		try {
			JsonNode document = JSON.readTree(body);
			return document.isObject() ? document : JSON.createObjectNode();
		}
		catch (JacksonException ex) {
			return JSON.createObjectNode();
		}
	}

	private static void tell(String label, int from, int count, String outcome, String error, long offset) {
		for (int i = 0; i < count; i++) {
			ObjectNode event = JSON.createObjectNode()
				.put("event", "outcome")
				.put("record", label + "-" + (from + i))
				.put("outcome", outcome)
				.put("offset", (offset >= 0) ? offset + i : -1);
			System.out.println((error != null) ? event.put("error", error) : event);
		}
	}

	private boolean has(String flaw) {
		return this.flaw.equals(flaw);
	}

}
