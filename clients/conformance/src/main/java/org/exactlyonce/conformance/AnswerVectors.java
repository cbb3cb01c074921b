package org.exactlyonce.conformance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Gives a client the answers of the vectors, one by one, and looks at what it does.
 */
final class AnswerVectors implements AutoCloseable {

	static final String NAME = "answers";

	static final String SHOWS = "Each answer that a gateway, or a server on the way, may give is taken for what it is.";

	private static final JsonMapper JSON = new JsonMapper();

	private static final int RETRY_BACKOFF_MAX_MILLIS = 100;

	private static final long MILLIS = 20_000;

	private static final long TOO_EARLY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

	private final Map<String, List<JsonNode>> told = new ConcurrentHashMap<>();

	private final List<String> wrong = new ArrayList<>();

	private final Driver driver;

	private AnswerVectors(List<String> driver) {
		this.driver = new Driver(driver,
				(event) -> this.told
					.computeIfAbsent(event.path("record").asString(), (any) -> new CopyOnWriteArrayList<>())
					.add(event));
	}

	/** Returns what the client does wrong, about the vectors with these names. */
	static List<String> check(List<String> driver, Predicate<String> names) throws IOException {
		List<AnswerVector> all = AnswerVector.all().stream().filter((one) -> names.test(one.name())).toList();
		try (AnswerVectors vectors = new AnswerVectors(driver)) {
			for (AnswerVector vector : all) {
				vectors.check(vector);
			}
			return vectors.wrong;
		}
	}

	private void check(AnswerVector vector) {
		try (ScriptedGateway gateway = new ScriptedGateway(vector)) {
			open(gateway);
			send(vector, 0, vector.before());
			send(vector, vector.before(), vector.records());
			checkOutcomes(vector);
			checkRequests(vector, gateway.appends());
			checkNext(vector, gateway);
			this.driver.call(command("close").put("timeoutMs", MILLIS), MILLIS);
		}
		catch (ScenarioFailure ex) {
			wrong(vector, ex.getMessage());
		}
	}

	private void open(ScriptedGateway gateway) {
		ObjectNode open = command("open");
		open.putArray("urls").add(gateway.url());
		open.putObject("settings")
			.put("lingerMs", 100)
			.put("batchBytes", 16_000)
			.put("requestTimeoutMs", 2000)
			.put("deliveryTimeoutMs", 10_000)
			.put("retryBackoffMs", 20)
			.put("retryBackoffMaxMs", RETRY_BACKOFF_MAX_MILLIS);
		this.driver.call(open, MILLIS);
	}

	private void send(AnswerVector vector, int from, int count) {
		if (count != 0) {
			this.driver.call(command("send").put("label", vector.name())
				.put("from", from)
				.put("count", count)
				.put("topic", TopicPartition.RECORDS)
				.put("partition", 0)
				.put("pad", 0), MILLIS);
			this.driver.call(command("flush"), MILLIS);
		}
	}

	private static ObjectNode command(String name) {
		return JSON.createObjectNode().put("command", name);
	}

	private void checkOutcomes(AnswerVector vector) {
		for (int number = vector.before(); number < vector.before() + vector.records(); number++) {
			if (vector.means().error != null) {
				checkFailed(vector, number);
			}
			else {
				long offset = (vector.offset() != null) ? vector.offset() : ScriptedGateway.START + number;
				checkStored(vector, number, offset);
			}
		}
	}

	/**
	 * Each request was answered: nobody has to leave open whether the record is stored.
	 */
	private void checkFailed(AnswerVector vector, int number) {
		JsonNode outcome = outcome(vector, number);
		if (outcome != null && (!outcome.path("outcome").asString().equals("not-stored")
				|| !outcome.path("error").asString("").equals(vector.means().error))) {
			wrong(vector, outcome + ", where it is not stored, and " + vector.means().error);
		}
	}

	private void checkStored(AnswerVector vector, int number, long offset) {
		JsonNode outcome = outcome(vector, number);
		if (outcome != null && (!outcome.path("outcome").asString().equals("stored")
				|| outcome.path("offset").asLong(-2) != offset)) {
			wrong(vector, outcome + ", where it is stored at " + offset);
		}
	}

	private JsonNode outcome(AnswerVector vector, int number) {
		List<JsonNode> outcomes = this.told.getOrDefault(vector.name() + "-" + number, List.of());
		if (outcomes.size() != 1) {
			wrong(vector, "record " + number + " has " + outcomes.size() + " outcomes");
			return null;
		}
		return outcomes.get(0);
	}

	private void checkRequests(AnswerVector vector, List<Exchange> appends) {
		if (appends.isEmpty() || appends.get(0).append().records() != vector.records()) {
			wrong(vector, "no append of " + vector.records() + " records, but " + appends);
			return;
		}
		Exchange first = appends.get(0);
		switch (vector.means()) {
			case STORED -> {
				if (appends.size() != 1) {
					wrong(vector, "sent again what is stored");
				}
			}
			case AGAIN -> checkAgain(vector, first, appends.subList(1, appends.size()));
			case PIECES -> {
				if (appends.stream().skip(1).anyMatch((one) -> one.append().records() == vector.records())) {
					wrong(vector, "sent again what was not taken as a whole");
				}
			}
			default -> {
			}
		}
	}

	private void checkAgain(AnswerVector vector, Exchange first, List<Exchange> again) {
		for (Exchange one : again) {
			if (one.append().baseSequence() != first.append().baseSequence() || !one.digest.equals(first.digest)) {
				wrong(vector, first + ", and then another request: " + one);
			}
			long earliest = first.answeredNanos + TimeUnit.SECONDS.toNanos(vector.seconds());
			if (one.receivedNanos < earliest - TOO_EARLY_NANOS) {
				wrong(vector, "sent again before the time of Retry-After");
			}
		}
		if (again.isEmpty()) {
			wrong(vector, "not sent again");
		}
	}

	/** A record behind those of the vector. */
	private void checkNext(AnswerVector vector, ScriptedGateway gateway) {
		int next = vector.before() + vector.records();
		int appends = gateway.appends().size();
		if (vector.means().goesOn()) {
			gateway.endScript();
			if (vector.status() == 404) {
				untilTheTopicIsAskedForAgain();
			}
			send(vector, next, 1);
			long stored = (vector.means().error != null) ? vector.before() : next;
			checkStored(vector, next, ScriptedGateway.START + stored);
			return;
		}
		send(vector, next, 1);
		checkFailed(vector, next);
		if (gateway.appends().size() != appends) {
			wrong(vector, "sends on");
		}
	}

	/** A client may remember for this long that there is no such topic. */
	private static void untilTheTopicIsAskedForAgain() {
		try {
			Thread.sleep(2 * RETRY_BACKOFF_MAX_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ScenarioFailure("interrupted");
		}
	}

	private void wrong(AnswerVector vector, String text) {
		this.wrong.add("the answer " + vector.name() + ": " + text);
	}

	@Override
	public void close() {
		this.driver.close();
	}

}
