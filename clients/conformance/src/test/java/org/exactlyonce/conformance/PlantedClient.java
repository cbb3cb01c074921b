package org.exactlyonce.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A driver with a small client in it, which keeps the rules, or breaks the one that its
 * argument names.
 */
final class PlantedClient {

	private static final int BATCH = 20;

	private static final JsonMapper JSON = new JsonMapper();

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final ExecutorService threads = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task);
		thread.setDaemon(true);
		return thread;
	});

	private final Map<Integer, Line> lines = new HashMap<>();

	private final String flaw;

	private JsonNode urls;

	private volatile int url;

	private Duration requestTimeout;

	private long producer = -1;

	private volatile long epoch;

	private PlantedClient(String flaw) {
		this.flaw = flaw;
	}

	public static void main(String[] arguments) throws Exception {
		PlantedClient client = new PlantedClient(arguments[0]);
		BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String line = commands.readLine(); line != null; line = commands.readLine()) {
			JsonNode command = JSON.readTree(line);
			switch (command.get("command").asString()) {
				case "open" -> client.open(command);
				case "send" -> client.send(command);
				case "read" -> {
					write(new PlantedReader(arguments[0]).read(command).put("id", command.get("id").asLong()));
					continue;
				}
				case "flush", "close" -> client.flush();
				case "exit" -> System.exit(0);
				default -> throw new IllegalArgumentException(line);
			}
			write(JSON.createObjectNode().put("id", command.get("id").asLong()).put("ok", true));
		}
	}

	private static synchronized void write(ObjectNode message) {
		System.out.println(JSON.writeValueAsString(message));
	}

	private void open(JsonNode command) throws Exception {
		this.urls = command.get("urls");
		this.requestTimeout = Duration.ofMillis(command.at("/settings/requestTimeoutMs").asLong(30_000));
		while (this.producer < 0) {
			try {
				JsonNode made = post("/producers", "{}", Map.of("Content-Type", "application/json")).document();
				this.producer = made.path("producerId").asLong(-1);
			}
			catch (IOException ex) {
				Thread.sleep(100);
			}
		}
	}

	private void send(JsonNode command) throws Exception {
		if (command.has("ids")) {
			sendIds(command);
			return;
		}
		Line line = this.lines.computeIfAbsent(command.get("partition").asInt(), Line::new);
		int count = command.get("count").asInt();
		long from = command.get("from").asLong();
		for (int done = 0; done < count; done += BATCH) {
			List<String> records = new ArrayList<>();
			for (int i = done; i < Math.min(count, done + BATCH); i++) {
				records.add(command.get("label").asString() + "-" + (from + i));
			}
			line.add(records);
		}
	}

	private void sendIds(JsonNode command) throws Exception {
		PlantedIds ids = new PlantedIds(this.flaw, this.urls.get(0).asString());
		String path = "/topics/" + command.get("topic").asString() + "/partitions/" + command.get("partition").asInt()
				+ "/records";
		for (int i = command.get("from").asInt(); i < command.get("from").asInt() + command.get("count").asInt(); i++) {
			write(ids.send(path, command.get("label").asString() + "-" + i, command.get("ids").asString() + "-" + i));
		}
	}

	private void flush() {
		this.lines.values().forEach((line) -> line.told.join());
	}

	private Answer post(String path, String body, Map<String, String> headers) throws Exception {
		String gateway = this.urls.get(this.url % this.urls.size()).asString();
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway + path))
			.timeout(this.requestTimeout)
			.POST(HttpRequest.BodyPublishers.ofString(body));
		headers.forEach(request::header);
		HttpResponse<String> answer = this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
		return new Answer(answer.statusCode(), JSON.readTree(answer.body()),
				answer.headers().firstValue("Retry-After").map(Long::valueOf).orElse(0L));
	}

	private boolean has(String flaw) {
		return this.flaw.equals(flaw);
	}

	private record Answer(int status, JsonNode document, long retryAfterSeconds) {
	}

	private static final class Batch {

		private final List<String> records;

		private volatile long base;

		private Batch(List<String> records, long base) {
			this.records = records;
			this.base = base;
		}

	}

	/** The batches of a partition. */
	private final class Line {

		private final int partition;

		private final Semaphore inFlight = new Semaphore(has("resends-under-a-new-epoch") ? 1 : 5, true);

		private final ExecutorService sender = Executors.newSingleThreadExecutor((task) -> {
			Thread thread = new Thread(task);
			thread.setDaemon(true);
			return thread;
		});

		private long next;

		private CompletableFuture<Void> told = CompletableFuture.completedFuture(null);

		private Line(int partition) {
			this.partition = partition;
		}

		private synchronized long take(int count) {
			long base = this.next;
			this.next += count;
			return base;
		}

		private void add(List<String> records) {
			Batch batch = new Batch(records, has("resends-under-a-new-epoch") ? -1 : take(records.size()));
			CompletableFuture<List<ObjectNode>> outcomes = new CompletableFuture<>();
			CompletableFuture<Void> before = has("answers-out-of-order") ? CompletableFuture.completedFuture(null)
					: this.told;
			CompletableFuture<Void> mine = before.thenCombine(outcomes, (any, events) -> {
				events.forEach(PlantedClient::write);
				return null;
			});
			this.told = CompletableFuture.allOf(this.told, mine);
			this.sender.execute(() -> {
				this.inFlight.acquireUninterruptibly();
				PlantedClient.this.threads.execute(() -> {
					try {
						outcomes.complete(deliver(batch));
					}
					catch (Exception ex) {
						outcomes.completeExceptionally(ex);
					}
					finally {
						this.inFlight.release();
					}
				});
			});
		}

		private List<ObjectNode> deliver(Batch batch) throws Exception {
			if (batch.base < 0) {
				batch.base = take(batch.records.size());
			}
			while (true) {
				try {
					Answer answer = append(batch);
					if (answer.status / 100 == 2) {
						return outcomes(batch, "stored", answer.document.get("baseOffset").asLong());
					}
					if (has("drops-on-503")) {
						return List.of();
					}
					Thread.sleep(has("impatient") ? 20 : Math.max(50, answer.retryAfterSeconds * 1000));
				}
				catch (IOException ex) {
					PlantedClient.this.url++;
					if (has("gives-up")) {
						return outcomes(batch, "not-stored", -1);
					}
					if (has("renumbers")) {
						batch.base = take(batch.records.size());
					}
					if (has("resends-under-a-new-epoch")) {
						fence(batch);
					}
					if (has("batches-again") && batch.records.size() > 1) {
						return halves(batch);
					}
					Thread.sleep(50);
				}
			}
		}

		private void fence(Batch batch) throws Exception {
			JsonNode state = post("/producers/" + PlantedClient.this.producer + "/epoch", "{}",
					Map.of("Content-Type", "application/json"))
				.document();
			PlantedClient.this.epoch = state.get("producerEpoch").asLong();
			for (JsonNode one : state.get("partitions")) {
				if (one.get("partition").asInt() == this.partition) {
					batch.base = one.get("nextSequence").asLong();
				}
			}
			synchronized (this) {
				this.next = batch.base + batch.records.size();
			}
		}

		private List<ObjectNode> halves(Batch batch) throws Exception {
			int half = batch.records.size() / 2;
			List<ObjectNode> events = new ArrayList<>(deliver(new Batch(batch.records.subList(0, half), batch.base)));
			events.addAll(deliver(new Batch(batch.records.subList(half, batch.records.size()), batch.base + half)));
			return events;
		}

		private Answer append(Batch batch) throws Exception {
			StringBuilder body = new StringBuilder();
			batch.records
				.forEach((record) -> body.append("{\"value\": {\"record\": \"").append(record).append("\"}}\n"));
			return post("/partitions/" + this.partition + "/records", body.toString(),
					Map.of("Content-Type", "application/x-ndjson", "Producer-Id", "" + PlantedClient.this.producer,
							"Producer-Epoch", "" + PlantedClient.this.epoch, "Producer-Seq", "" + batch.base, "Prefer",
							"wait=1"));
		}

		private List<ObjectNode> outcomes(Batch batch, String outcome, long baseOffset) {
			List<ObjectNode> events = new ArrayList<>();
			for (int i = 0; i < batch.records.size(); i++) {
				ObjectNode event = JSON.createObjectNode()
					.put("event", "outcome")
					.put("record", batch.records.get(i))
					.put("outcome", outcome);
				events.add(outcome.equals("stored")
						? event.put("topic", "records").put("partition", this.partition).put("offset", baseOffset + i)
						: event.put("error", "timeout"));
			}
			return events;
		}

	}

}
