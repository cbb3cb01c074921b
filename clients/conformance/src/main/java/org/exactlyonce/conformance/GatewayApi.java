package org.exactlyonce.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the runner asks of a gateway itself: its topics and its log. As an administrator,
 * if the gateway's arguments have a key of one.
 */
final class GatewayApi {

	private static final JsonMapper JSON = new JsonMapper();

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final URI uri;

	private final Supplier<List<String>> arguments;

	GatewayApi(URI uri, Supplier<List<String>> arguments) {
		this.uri = uri;
		this.arguments = arguments;
	}

	/**
	 * Whether it serves.
	 * @throws IOException if nothing answers
	 */
	boolean isReady() throws IOException, InterruptedException {
		return send("GET", "/actuator/health/readiness", "").statusCode() == 200;
	}

	/** Makes a topic. */
	void createTopic(String topic, int partitions) {
		call("PUT", "/topics/" + topic, "{\"partitions\": " + partitions + "}", 201);
	}

	/** Gives a topic more partitions: it has so many then. */
	void growTopic(String topic, int partitions) {
		call("PUT", "/topics/" + topic, "{\"partitions\": " + partitions + "}", 200);
	}

	/** Deletes a topic. */
	void deleteTopic(String topic) {
		call("DELETE", "/topics/" + topic, "", 204);
	}

	/** All partitions of all topics. */
	List<TopicPartition> partitions() {
		List<TopicPartition> all = new ArrayList<>();
		for (JsonNode topic : get("/topics").get("topics")) {
			for (int partition = 0; partition < topic.get("partitions").asInt(); partition++) {
				all.add(new TopicPartition(topic.get("topic").asString(), partition));
			}
		}
		return all;
	}

	long logEndOffset(TopicPartition partition) {
		return get(path(partition)).get("logEndOffset").asLong();
	}

	private static String path(TopicPartition partition) {
		return "/topics/" + partition.topic() + "/partitions/" + partition.partition();
	}

	/** The records of a partition from an offset on. */
	List<JsonNode> records(TopicPartition partition, long offset) {
		List<JsonNode> records = new ArrayList<>();
		long next = offset;
		while (true) {
			JsonNode page = get(path(partition) + "/records?limit=10000&offset=" + next);
			page.get("records").forEach(records::add);
			next = page.get("nextOffset").asLong();
			if (page.get("records").isEmpty()) {
				return records;
			}
		}
	}

	private JsonNode get(String path) {
		return JSON.readTree(call("GET", path, "", 200));
	}

	private byte[] call(String method, String path, String body, int status) {
		try {
			HttpResponse<byte[]> answer = method.equals("GET") ? patiently(path) : send(method, path, body);
			if (answer.statusCode() != status) {
				throw new IllegalStateException(method + " " + path + " was answered with " + answer.statusCode());
			}
			return answer.body();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/** A scenario may have just killed the gateway: it comes back. */
	private HttpResponse<byte[]> patiently(String path) throws IOException, InterruptedException {
		long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
		while (true) {
			try {
				HttpResponse<byte[]> answer = send("GET", path, "");
				if (answer.statusCode() != 503 || System.nanoTime() - end > 0) {
					return answer;
				}
			}
			catch (IOException ex) {
				if (System.nanoTime() - end > 0) {
					throw ex;
				}
			}
			Thread.sleep(100);
		}
	}

	private HttpResponse<byte[]> send(String method, String path, String body)
			throws IOException, InterruptedException {
		HttpRequest.Builder request = HttpRequest.newBuilder(this.uri.resolve(path))
			.timeout(Duration.ofSeconds(20))
			.header("Content-Type", "application/json")
			.method(method, HttpRequest.BodyPublishers.ofString(body));
		for (String argument : this.arguments.get()) {
			if (argument.startsWith("--gateway.security.admin-key=")) {
				request.header("Authorization", "Bearer " + argument.substring(argument.indexOf('=') + 1));
			}
		}
		return this.client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
	}

}
