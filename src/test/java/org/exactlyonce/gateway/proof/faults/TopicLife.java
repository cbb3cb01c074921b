package org.exactlyonce.gateway.proof.faults;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Makes topics, writes to them, grows them and deletes most of them, one after the other,
 * and knows at each moment what must be there: it alone uses their names. A name may be
 * used again as long as every request about it was answered. A lost request may take
 * effect at any time after, so that nothing can be said of a name that it was about and
 * that was deleted; of what is kept all can.
 */
final class TopicLife implements Runnable {

	private static final int REST_MILLIS = 40;

	/** Of a partition: lives are short, or all would be cut by a kill. */
	private static final int MOST_APPENDS = 3;

	/** Topics that stay, so that what is read in the end has some. */
	private static final int MOST_KEPT = 5;

	private final FaultRun run;

	private final Random random;

	private final String prefix;

	/** What must be in each partition of the topics that stay. */
	private final Map<String, List<List<String>>> kept = new LinkedHashMap<>();

	private final Set<String> deleted = new TreeSet<>();

	/** Sequences of one producer in all topics, from 0 in each partition. */
	private long producer;

	private int names;

	private boolean lost;

	private volatile int made;

	private int reused;

	TopicLife(FaultRun run, Random random, String prefix) {
		this.run = run;
		this.random = random;
		this.prefix = prefix;
	}

	@Override
	public void run() {
		Answer registered = ask("POST", "/producers", null, 201);
		this.producer = registered.json().get("producerId").longValue();
		String name = newName();
		while (this.run.isWriting()) {
			boolean stays = this.kept.size() < MOST_KEPT && this.random.nextInt(5) == 0;
			live(name, stays);
			lookBack();
			if (this.lost || stays || this.random.nextBoolean()) { // or no name is left
																	// alone
				name = newName();
			}
			else {
				this.reused++;
			}
		}
	}

	private String newName() {
		this.lost = false;
		return this.prefix + "-" + this.names++;
	}

	private void live(String name, boolean stays) {
		String path = "/topics/" + name;
		this.deleted.remove(name);
		ask("PUT", path, "{\"partitions\":1}", 201);
		this.made++;
		List<List<String>> written = new ArrayList<>();
		for (int partitions = 1; partitions <= 2; partitions++) {
			if (partitions > 1) {
				ask("PUT", path, "{\"partitions\":" + partitions + "}", 200);
			}
			written.add(new ArrayList<>());
			int appends = 1 + this.random.nextInt(MOST_APPENDS);
			for (int i = 0; i < appends; i++) {
				append(name, partitions - 1, written.get(partitions - 1));
			}
		}
		check(name, written, (one) -> ask("GET", one, null, 200));
		if (stays) {
			this.kept.put(name, written);
			return;
		}
		ask("DELETE", path, null, 204);
		if (!this.lost) {
			this.deleted.add(name);
		}
	}

	private void append(String name, int partition, List<String> written) {
		List<String> values = IntStream.range(0, 1 + this.random.nextInt(20))
			.mapToObj((i) -> "%s/%d/%d".formatted(this.made, partition, written.size() + i))
			.toList();
		Answer answer = ask("POST", path(name, partition) + "/records",
				"{\"producerId\":" + this.producer + ",\"baseSequence\":" + written.size()
						+ ",\"records\":[{\"value\":\"" + String.join("\"},{\"value\":\"", values) + "\"}]}",
				201);
		JsonNode offset = answer.json().path("baseOffset");
		if (offset.longValue(SentAppend.NO_OFFSET) != written.size()) {
			violated(Violation.Kind.WRONG_OFFSET, name + " has " + written.size() + " records: " + answer.text());
		}
		written.addAll(values);
	}

	private static String path(String name, int partition) {
		return "/topics/" + name + "/partitions/" + partition;
	}

	/** One that stays is there, and one that was deleted is not, whoever was killed. */
	private void lookBack() {
		List<String> gone = List.copyOf(this.deleted);
		if (!gone.isEmpty()) {
			ask("GET", "/topics/" + gone.get(this.random.nextInt(gone.size())), null, 404);
		}
		List<String> there = List.copyOf(this.kept.keySet());
		if (!there.isEmpty()) {
			ask("GET", "/topics/" + there.get(this.random.nextInt(there.size())), null, 200);
		}
	}

	/** Looks at all of it when all is over. */
	void check(GatewayClient client) {
		this.kept.forEach((name, written) -> check(name, written, client::get));
		for (String name : this.deleted) {
			if (client.get("/topics/" + name).status() != 404) {
				violated(Violation.Kind.TOPIC_BACK, name);
			}
		}
	}

	private void check(String name, List<List<String>> written, Get get) {
		Answer topic = get.answer("/topics/" + name);
		if (topic.status() != 200 || topic.json().get("partitions").intValue() != written.size()) {
			violated(Violation.Kind.TOPIC_LOST, name + ": " + topic.text());
			return;
		}
		for (int partition = 0; partition < written.size(); partition++) {
			Answer page = get.answer(path(name, partition) + "/records?limit=10000");
			List<String> values = new ArrayList<>();
			page.json().path("records").forEach((record) -> values.add(record.get("value").stringValue()));
			if (!values.equals(written.get(partition))) {
				violated(
						(values.size() < written.get(partition).size()) ? Violation.Kind.LOST
								: Violation.Kind.DUPLICATE,
						path(name, partition) + " has " + values + " and not " + written.get(partition));
			}
		}
	}

	/**
	 * Sends a request until it is answered.
	 * @param expected the status; that of a repetition is right, too, if an earlier send
	 * may have been heard
	 */
	private Answer ask(String method, String path, String body, int expected) {
		boolean again = false;
		while (true) {
			Answer answer = answer(method, path, body);
			if (answer != null && answer.status() != 429 && answer.status() != 503) {
				if (answer.status() != expected && !(again && answer.status() == repeated(method, expected))) {
					violated(kind(answer.status(), expected),
							method + " " + path + ": " + answer.status() + " " + answer.text());
				}
				return answer;
			}
			again = true;
			this.lost |= answer == null && !method.equals("GET");
			Network.rest(this.random, REST_MILLIS);
		}
	}

	/** An answer that came as a whole, or null. */
	private Answer answer(String method, String path, String body) {
		Answer answer = this.run.network()
			.send(this.random, method, path, (body != null) ? body.getBytes(StandardCharsets.UTF_8) : null,
					"Content-Type", "application/json");
		try {
			if (answer != null && answer.status() != 204) {
				answer.json();
			}
			return answer;
		}
		catch (JacksonException ex) {
			return null; // cut off
		}
	}

	private static int repeated(String method, int expected) {
		return (method.equals("DELETE")) ? 404 : (expected == 201) ? 200 : expected;
	}

	private static Violation.Kind kind(int status, int expected) {
		if (status == 404) {
			return Violation.Kind.TOPIC_LOST;
		}
		return (expected == 404) ? Violation.Kind.TOPIC_BACK : Violation.Kind.UNEXPECTED_ANSWER;
	}

	private void violated(Violation.Kind kind, String text) {
		this.run.history().violated(kind, text);
	}

	/** How many topics it has made. */
	int made() {
		return this.made;
	}

	/** What was done, for the report. */
	@Override
	public String toString() {
		return "%d made, %d of them under a name of before, %d kept, %d deleted for ever".formatted(this.made,
				this.reused, this.kept.size(), this.deleted.size());
	}

	/** Reads something. */
	private interface Get {

		Answer answer(String path);

	}

}
