package org.exactlyonce.gateway.proof.model;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.exactlyonce.gateway.proof.model.ModelTopic.Retention;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The topics: {@code records}, which all tries share, and those of a try. Each of these
 * is made and deleted many times under few names.
 */
final class ModelTopics {

	/** Of all topics together: few enough that chance comes to it. */
	static final int MAX_PARTITIONS = 12;

	private static final JsonMapper JSON = JsonMapper.shared();

	private static final List<String> NAMES = List.of("orders", "Orders", "a.b_c-1");

	/** What is never made. */
	private static final String NEVER = "never";

	/** As {@code gateway.partitions} says. */
	private static final int DEFAULT_PARTITIONS = 2;

	/** The most that {@code records} grows to, so that there is room for others. */
	private static final int MOST_OF_RECORDS = 4;

	private static final List<Retention> RETENTIONS = List.of(Retention.NONE, new Retention(Retention.SHORT, null),
			new Retention(null, 1L), new Retention(null, 150L), new Retention(null, 400L),
			new Retention(Retention.MOST, Retention.MOST), new Retention(Retention.MOST, 400L));

	private final Model model;

	/** In the order in which they were made. */
	private final Map<String, ModelTopic> topics = new LinkedHashMap<>();

	/** Appends to topics that were deleted. */
	private final List<Append> ghosts = new ArrayList<>();

	private final List<IdAppend> idGhosts = new ArrayList<>();

	/** Leaves one batch of what is there, as its size is known then. */
	ModelTopics(Model model) {
		this.model = model;
		for (JsonNode topic : client().get("/topics").json().get("topics")) {
			String name = topic.get("topic").asString();
			if (!name.equals(Place.RECORDS)) { // of a try that failed
				assertThat(client().send("DELETE", "/topics/" + name, null).status()).isEqualTo(204);
			}
		}
		send(Place.RECORDS, Expected.body("retentionBytes", 1));
		model.gateway().retain();
		Answer records = send(Place.RECORDS, Map.of());
		ModelTopic first = new ModelTopic(Place.RECORDS, records.json().get("createdAt").asString());
		client().get("/partitions")
			.json()
			.get("partitions")
			.forEach((partition) -> first.logs()
				.add(PartitionLog.used(new Place(Place.RECORDS, first.logs().size()), partition)));
		this.topics.put(first.name(), first);
	}

	Optional<ModelTopic> find(String name) {
		return Optional.ofNullable(this.topics.get(name));
	}

	/** All partitions, in the order of their topics and numbers. */
	List<PartitionLog> logs() {
		return this.topics.values().stream().flatMap((topic) -> topic.logs().stream()).toList();
	}

	Stream<ModelTopic> byName() {
		return this.topics.values().stream().sorted(Comparator.comparing(ModelTopic::name));
	}

	/** Names of topics that are not there. */
	List<String> missing() {
		return Stream.concat(NAMES.stream(), Stream.of(NEVER)).filter((name) -> find(name).isEmpty()).toList();
	}

	List<Append> ghosts() {
		return this.ghosts;
	}

	/** Appends with ids to topics that were deleted. */
	List<IdAppend> idGhosts() {
		return this.idGhosts;
	}

	/**
	 * Has a topic keep one batch of each partition; the first number leaves those as they
	 * are.
	 */
	void keepLittle(int a) {
		put(List.of(3, 7, 11, 27).get(a % 4), RETENTIONS.indexOf(new Retention(null, 1L)));
	}

	/** Makes a topic or changes it, as two numbers say. */
	void put(int a, int b) {
		String name = (a % 7 == 6) ? Place.RECORDS : NAMES.get(a % NAMES.size());
		Retention retention = RETENTIONS.get(b % RETENTIONS.size());
		Integer partitions = (a % 4 == 3) ? null : 1 + b % (name.equals(Place.RECORDS) ? MOST_OF_RECORDS : 5);
		Map<String, Object> settings = new LinkedHashMap<>();
		if (partitions != null) {
			settings.put("partitions", partitions);
		}
		if (retention.millis() != null || b % 2 == 0) { // null means left out
			settings.put("retentionMs", retention.millis());
		}
		if (retention.bytes() != null) {
			settings.put("retentionBytes", retention.bytes());
		}
		Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
		Answer answer = send(name, settings);
		Optional<ModelTopic> known = find(name);
		int wanted = (partitions != null) ? partitions
				: known.map((topic) -> topic.logs().size()).orElse(DEFAULT_PARTITIONS);
		this.model.check("PUT " + name + " " + settings, answer(known, name, wanted, retention, answer), answer);
		if (answer.status() < 300) {
			ModelTopic topic = known.orElseGet(() -> make(name, answer, before));
			topic.grow(wanted);
			topic.retain(retention);
		}
	}

	private Expected answer(Optional<ModelTopic> known, String name, int wanted, Retention retention, Answer answer) {
		int there = known.map((topic) -> topic.logs().size()).orElse(0);
		if (wanted < there || wanted > there && logs().size() + wanted - there > MAX_PARTITIONS) {
			return conflict(name);
		}
		if (known.isPresent()) {
			return Expected.of(200, known.get().view(wanted, retention));
		}
		ModelTopic made = new ModelTopic(name, answer.json().path("createdAt").asString(""));
		return Expected.of(201, made.view(wanted, retention), "Location", "/topics/" + name);
	}

	private ModelTopic make(String name, Answer answer, Instant before) {
		ModelTopic made = new ModelTopic(name, answer.json().get("createdAt").asString());
		assertThat(Instant.parse(answer.json().get("createdAt").asString())).isBetween(before, Instant.now());
		this.topics.put(name, made);
		return made;
	}

	/** Deletes a topic, or tries to, as a number says. */
	void delete(int a) {
		List<String> there = deletable();
		delete((a % 15 == 14) ? Place.RECORDS
				: (there.isEmpty() || a % 5 == 4) ? NAMES.get(a % NAMES.size()) : there.get(a % there.size()));
	}

	void deleteAll() {
		deletable().forEach(this::delete);
	}

	private List<String> deletable() {
		return this.topics.keySet().stream().filter((name) -> !name.equals(Place.RECORDS)).toList();
	}

	private void delete(String name) {
		String path = "/topics/" + name;
		Answer answer = client().send("DELETE", path, null);
		Expected expected = name.equals(Place.RECORDS) ? conflict(name)
				: find(name).map((topic) -> Expected.nothing(204)).orElseGet(() -> unknown(path));
		this.model.check("DELETE " + name, expected, answer);
		if (expected.status() == 204) {
			ModelTopic deleted = this.topics.remove(name);
			this.idGhosts.addAll(deleted.ids().appends());
			deleted.logs().forEach((log) -> this.model.producers().forEach((producer) -> {
				List<Stored> committed = producer.in(log.place());
				if (!committed.isEmpty()) {
					this.ghosts.add(ghost(committed.get(0), committed));
					this.ghosts.add(ghost(committed.get(committed.size() - 1), committed));
				}
				producer.leave(log.place());
			}));
		}
	}

	/** The batch that a record is of. */
	private static Append ghost(Stored of, List<Stored> committed) {
		return new Append(of.place(), of.producerId(), of.epoch(), of.batchBase(),
				committed.stream()
					.filter((record) -> record.batchBase() == of.batchBase())
					.map(Stored::payload)
					.toList());
	}

	boolean expireByAge() {
		return this.topics.values().stream().anyMatch(ModelTopic::expiresByAge);
	}

	void expire() {
		this.topics.values().forEach(ModelTopic::expire);
	}

	/** Another one after a restart. */
	private GatewayClient client() {
		return this.model.gateway().client();
	}

	private Answer send(String name, Map<String, Object> settings) {
		return client().send("PUT", "/topics/" + name,
				settings.isEmpty() ? null : JSON.writeValueAsString(settings).getBytes(StandardCharsets.UTF_8),
				"Content-Type", "application/json");
	}

	private static Expected conflict(String name) {
		return Expected.problem(409, "TOPIC_CONFLICT", "fix-request", "/topics/" + name, Map.of());
	}

	static Expected unknown(String path) {
		return Expected.problem(404, "UNKNOWN_TOPIC", "fix-request", path, Map.of());
	}

	@Override
	public String toString() {
		return "log starts and ends "
				+ logs().stream().map((log) -> log.place().topic() + " " + log.start() + ".." + log.end()).toList();
	}

}
