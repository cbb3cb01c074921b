package org.exactlyonce.training;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The training run of the image: starts a gateway, uses it for a while as clients do, and
 * stops it, so that the JVM writes down which classes it has loaded and what their
 * methods have seen. Needs nothing but a JRE. Fails if an answer is not what a client
 * expects.
 */
public final class Training {

	private static final int CLIENTS = 16;

	private static final Duration START = Duration.ofMinutes(5);

	private static final Duration STOP = Duration.ofMinutes(5);

	private static final Pattern PRODUCER_ID = Pattern.compile("\"producerId\":(\\d+)");

	private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final String url;

	private final Duration duration;

	private Training(String url, Duration duration) {
		this.url = url;
		this.duration = duration;
	}

	/**
	 * Runs it.
	 * @param arguments how many seconds it is used, and the command that starts the
	 * gateway
	 * @throws Exception if the gateway does not start, answer or stop as it should
	 */
	public static void main(String... arguments) throws Exception {
		int port = freePort();
		List<String> command = new ArrayList<>(List.of(arguments).subList(1, arguments.length));
		command.add("--server.port=" + port);
		Process gateway = new ProcessBuilder(command).inheritIO().start();
		try {
			Training training = new Training("http://localhost:" + port,
					Duration.ofSeconds(Integer.parseInt(arguments[0])));
			training.awaitReady(gateway);
			training.use();
		}
		finally {
			gateway.destroy();
			if (!gateway.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
				gateway.destroyForcibly();
				throw new IllegalStateException("The gateway did not stop within " + STOP);
			}
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	private void awaitReady(Process gateway) throws InterruptedException {
		long begin = System.nanoTime();
		while (!isReady()) {
			if (!gateway.isAlive() || System.nanoTime() - begin > START.toNanos()) {
				throw new IllegalStateException("The gateway does not start");
			}
			TimeUnit.MILLISECONDS.sleep(100);
		}
	}

	private boolean isReady() throws InterruptedException {
		try {
			return send("GET", "/actuator/health/readiness", "").statusCode() == 200;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private void use() throws InterruptedException, ExecutionException {
		ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
		try {
			List<Callable<Void>> clients = new ArrayList<>();
			for (int i = 0; i < CLIENTS; i++) {
				int client = i;
				clients.add(() -> append(client));
			}
			for (Future<Void> client : threads.invokeAll(clients)) {
				client.get();
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	/** Mostly appends, of every form; now and then what else clients ask for. */
	private Void append(int client) throws IOException, InterruptedException {
		String registered = expect(201, send("POST", "/producers", ""));
		Matcher matcher = PRODUCER_ID.matcher(registered);
		if (!matcher.find()) {
			throw new IllegalStateException(registered);
		}
		String id = matcher.group(1);
		String path = "/partitions/" + client % 8 + "/records";
		long sequence = 0;
		long end = System.nanoTime() + this.duration.toNanos();
		for (int i = 0; System.nanoTime() < end; i++) {
			String text = "record " + i + " of client " + client + " ".repeat(80);
			expect(201, append(path, id, sequence++, "text/plain", text));
			expect(201,
					append(path, id, sequence++, "application/json", "{\"records\": [{\"value\": \"" + text + "\"}]}"));
			expect(201, append(path, id, sequence++, "application/x-ndjson", "{\"value\": " + i + "}\n"));
			if (i % 10 == 0) {
				expect(200, append(path, id, sequence - 1, "application/x-ndjson", "{\"value\": " + i + "}\n"));
				expect(409, append(path, id, sequence + 1, "text/plain", text));
				expect(200, send("GET", path + "?offset=earliest&limit=10", ""));
				expect(201, send("POST", "/records", "{\"records\": [{\"key\": \"" + i + "\", \"value\": 1}]}",
						"Content-Type", "application/json"));
				expect(201, send("POST", "/records", text, "Content-Type", "text/plain", "Idempotency-Key",
						"\"" + client + "-" + i + "\""));
			}
			if (i % 100 == 0) {
				expect(200, send("GET", "/topics", ""));
				expect(200, send("GET", "/actuator/prometheus", ""));
			}
		}
		return null;
	}

	private HttpResponse<String> append(String path, String producerId, long sequence, String type, String body)
			throws IOException, InterruptedException {
		return send("POST", path, body, "Content-Type", type, "Producer-Id", producerId, "Producer-Epoch", "0",
				"Producer-Seq", String.valueOf(sequence));
	}

	private HttpResponse<String> send(String method, String path, String body, String... headers)
			throws IOException, InterruptedException {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(this.url + path))
			.method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
		if (headers.length > 0) {
			request.headers(headers);
		}
		return this.http.send(request.build(), BodyHandlers.ofString());
	}

	private static String expect(int status, HttpResponse<String> answer) {
		if (answer.statusCode() != status) {
			throw new IllegalStateException(
					answer.request() + " is not " + status + " but " + answer.statusCode() + ": " + answer.body());
		}
		return answer.body();
	}

}
