package org.exactlyonce.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The gateway as a process on a folder of its own, at one port for all its starts.
 */
final class Gateway implements AutoCloseable {

	private static final JsonMapper JSON = new JsonMapper();

	private static final Duration START = Duration.ofMinutes(3);

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final List<String> command;

	private final Path folder;

	private final int port = freePort();

	private List<String> arguments;

	private Process process;

	Gateway(List<String> command, List<String> arguments) {
		this.command = command;
		this.arguments = arguments;
		try {
			this.folder = Files.createTempDirectory("conformance");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		start();
	}

	URI uri() {
		return URI.create("http://127.0.0.1:" + this.port);
	}

	synchronized void kill() {
		try {
			this.process.destroyForcibly().waitFor();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	synchronized void start() {
		List<String> command = new ArrayList<>(this.command);
		command.addAll(
				List.of("--server.address=127.0.0.1", "--server.port=" + this.port, "--gateway.data-dir=" + data()));
		command.addAll(this.arguments);
		try {
			this.process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(this.folder.resolve("gateway.log").toFile()))
				.start();
			awaitReady();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void awaitReady() throws IOException {
		long started = System.nanoTime();
		while (System.nanoTime() - started < START.toNanos()) {
			try {
				if (this.process.waitFor(100, TimeUnit.MILLISECONDS)) {
					break;
				}
				if (send("GET", "/actuator/health/readiness", "").statusCode() == 200) {
					return;
				}
			}
			catch (IOException ex) {
				// not yet
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException(ex);
			}
		}
		kill();
		throw new IllegalStateException(
				"The gateway did not start:\n" + Files.readString(this.folder.resolve("gateway.log")));
	}

	void restart(List<String> arguments) {
		stop();
		this.arguments = arguments;
		start();
	}

	/** Copies the data of a gateway that is stopped for it. */
	void backUp() {
		stop();
		Folders.copy(data(), this.folder.resolve("backup"));
		start();
	}

	/** Puts the copy back. */
	void restore() {
		stop();
		Folders.delete(data());
		Folders.copy(this.folder.resolve("backup"), data());
		start();
	}

	private synchronized void stop() {
		this.process.destroy();
		try {
			if (!this.process.waitFor(30, TimeUnit.SECONDS)) {
				kill();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Makes a topic. */
	void createTopic(String topic, int partitions) {
		call("PUT", "/topics/" + topic, "{\"partitions\": " + partitions + "}", 201);
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
		HttpRequest.Builder request = HttpRequest.newBuilder(uri().resolve(path))
			.timeout(Duration.ofSeconds(20))
			.header("Content-Type", "application/json")
			.method(method, HttpRequest.BodyPublishers.ofString(body));
		for (String argument : this.arguments) {
			if (argument.startsWith("--gateway.security.admin-key=")) {
				request.header("Authorization", "Bearer " + argument.substring(argument.indexOf('=') + 1));
			}
		}
		return this.client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
	}

	private Path data() {
		return this.folder.resolve("data");
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		kill();
		Folders.delete(this.folder);
	}

}
