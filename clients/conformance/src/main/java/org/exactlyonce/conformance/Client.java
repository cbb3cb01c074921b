package org.exactlyonce.conformance;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.LongFunction;
import java.util.stream.IntStream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A client that takes part in a scenario: its driver, its proxies, what it was handed and
 * what it told.
 */
final class Client implements AutoCloseable {

	private static final JsonMapper JSON = new JsonMapper();

	/** What a driver may take for a command that does not wait. */
	private static final long MILLIS = 60_000;

	/** How soon a reader of a topic has to notice new partitions. */
	private static final long METADATA_MAX_AGE_MILLIS = 500;

	final Traffic traffic;

	private final List<String> command;

	private final Scenario.ClientSetup setup;

	private final List<FaultyProxy> proxies;

	private final Map<String, Sent> sent = new LinkedHashMap<>();

	private final List<Sent> told = new ArrayList<>();

	private final List<String> strange = new ArrayList<>();

	private final Path outbox;

	private final String mark;

	private Driver driver;

	private boolean open;

	Client(List<String> command, Scenario.ClientSetup setup, IntFunction<URI> gateways, Path folder, String mark,
			long seed) throws IOException {
		this.command = command;
		this.mark = mark;
		this.setup = setup;
		this.traffic = new Traffic(setup.faults(), seed);
		this.outbox = Files.createTempDirectory(folder, "outbox");
		this.proxies = IntStream.range(0, setup.urls())
			.mapToObj((number) -> new FaultyProxy(number, gateways.apply(number), this.traffic))
			.toList();
	}

	void open() {
		if (this.open) {
			return;
		}
		if (this.driver == null) {
			this.driver = new Driver(this.command, this::tell);
		}
		ObjectNode settings = (this.setup.settings() != null) ? this.setup.settings().deepCopy()
				: JSON.createObjectNode();
		if (settings.has("outboxDir")) {
			settings.put("outboxDir", this.outbox.toString());
		}
		if (settings.has("name")) {
			settings.put("name", this.mark + settings.get("name").asString());
		}
		ObjectNode command = JSON.createObjectNode().put("command", "open");
		command.set("urls", urls());
		command.set("settings", settings);
		this.driver.call(command, MILLIS);
		this.open = true;
	}

	private ArrayNode urls() {
		ArrayNode urls = JSON.createArrayNode();
		this.proxies.forEach((proxy) -> urls.add(proxy.url()));
		return urls;
	}

	/**
	 * Hands over records {@code from} to {@code from + count - 1} of a step.
	 * @param partitions how many partitions the topic has; 0: there is none
	 */
	void send(Step step, String label, String topic, int partitions, long from, int count, long millis) {
		open();
		LongFunction<Integer> placed = placed(step, partitions);
		synchronized (this.sent) {
			for (long number = from; number < from + count; number++) {
				Sent one = new Sent(label, number, topic, placed.apply(number));
				this.sent.put(one.record, one);
			}
		}
		ObjectNode command = JSON.createObjectNode()
			.put("command", "send")
			.put("label", label)
			.put("topic", topic)
			.put("from", from)
			.put("count", count)
			.put("pad", step.pad());
		if (step.partition() != null) {
			command.put("partition", step.partition());
		}
		if (step.keys() != null) {
			command.put("keys", step.keys());
		}
		if (step.ids() != null) {
			command.put("ids", this.mark + step.ids());
		}
		this.driver.call(command, millis);
	}

	/** Where the records of a step have to be, by their numbers. */
	private LongFunction<Integer> placed(Step step, int partitions) {
		if (step.keys() == null || partitions == 0) {
			return (number) -> step.partition();
		}
		List<Integer> ofKeys = IntStream.range(0, step.keys())
			.mapToObj((key) -> Base64.getEncoder().encodeToString(("key-" + key).getBytes(StandardCharsets.UTF_8)))
			.map((key) -> partitionOf(key, partitions))
			.toList();
		return (number) -> ofKeys.get((int) (number % step.keys()));
	}

	void flush(long millis) {
		this.driver.call(JSON.createObjectNode().put("command", "flush"), millis);
	}

	void close(long timeoutMillis, long millis) {
		this.driver.call(JSON.createObjectNode().put("command", "close").put("timeoutMs", timeoutMillis), millis);
		this.open = false;
	}

	/** Reads what a step says, and returns the driver's answer. */
	JsonNode read(Step step, String topic, long millis) {
		ObjectNode command = JSON.createObjectNode()
			.put("command", "read")
			.put("topic", topic)
			.put("count", step.count())
			.put("timeoutMs", step.ms())
			.put("metadataMaxAgeMs", METADATA_MAX_AGE_MILLIS);
		if (step.partition() != null) {
			command.put("partition", step.partition());
		}
		command.set("from", step.start());
		command.set("urls", urls());
		return this.driver.call(command, millis);
	}

	int partitionOf(String keyBase64, int partitions) {
		if (this.driver == null) {
			this.driver = new Driver(this.command, this::tell);
		}
		return this.driver
			.call(JSON.createObjectNode()
				.put("command", "partition-of")
				.put("keyBase64", keyBase64)
				.put("partitions", partitions), MILLIS)
			.get("partition")
			.asInt();
	}

	/**
	 * Kills it with -9: of what it has not told nobody will be told.
	 * @return the end of what it has sent, by partition
	 */
	Map<TopicPartition, Long> kill() {
		this.driver.close();
		sent().stream().filter((record) -> record.outcome() == null).forEach(Sent::abandon);
		this.driver = null;
		this.open = false;
		Map<TopicPartition, Long> ends = new HashMap<>();
		for (Exchange exchange : this.traffic.exchanges()) {
			if (exchange.append() != null) {
				ends.merge(exchange.append().partition(), exchange.append().end(), Math::max);
			}
		}
		return ends;
	}

	private void tell(JsonNode event) {
		synchronized (this.sent) {
			Sent record = this.sent.get(event.path("record").asString());
			if (record == null) {
				this.strange.add(event.toString());
				return;
			}
			record.tell(event);
			this.told.add(record);
		}
	}

	/** The records in the order in which they were handed over. */
	List<Sent> sent() {
		synchronized (this.sent) {
			return List.copyOf(this.sent.values());
		}
	}

	/** The records in the order in which their outcomes were told. */
	List<Sent> told() {
		synchronized (this.sent) {
			return List.copyOf(this.told);
		}
	}

	/** Outcomes of records that were never handed over. */
	List<String> strange() {
		synchronized (this.sent) {
			return List.copyOf(this.strange);
		}
	}

	int maxInFlight() {
		JsonNode settings = this.setup.settings();
		return (settings != null) ? settings.path("maxInFlight").asInt(5) : 5;
	}

	@Override
	public void close() {
		if (this.driver != null) {
			this.driver.close();
		}
		this.proxies.forEach(FaultyProxy::close);
	}

}
