package org.exactlyonce.gateway.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;

import javax.sql.DataSource;

import org.awaitility.Awaitility;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.topic.TopicInternals;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.gateway.http.AppendContract.assertProblem;

/** Topics are logs of their own, which one producer id is good for. */
abstract class TopicsContract {

	private static final AtomicInteger NAMES = new AtomicInteger();

	@LocalServerPort
	private int port;

	@Autowired
	private ApplicationContext context;

	private GatewayClient gateway;

	/** No other test has it. */
	private String topic;

	@BeforeEach
	void connect() {
		this.gateway = new GatewayClient(this.port);
		this.topic = "orders-" + NAMES.incrementAndGet();
	}

	private Answer put(String name, String settings) {
		return this.gateway.send("PUT", "/topics/" + name,
				(settings != null) ? settings.getBytes(StandardCharsets.UTF_8) : null, "Content-Type",
				"application/json");
	}

	private Answer delete(String name) {
		return this.gateway.send("DELETE", "/topics/" + name, null);
	}

	private Answer append(int partition, long producer, long sequence, String value) {
		return this.gateway.post(records(partition), "{\"producerId\": " + producer + ", \"baseSequence\": " + sequence
				+ ", \"records\": [{\"value\": " + value + "}]}");
	}

	private String records(int partition) {
		return "/topics/" + this.topic + "/partitions/" + partition + "/records";
	}

	private List<String> topics() {
		return StreamSupport.stream(this.gateway.get("/topics").json().get("topics").spliterator(), false)
			.map((one) -> one.get("topic").asString())
			.toList();
	}

	@Test
	void recordsIsThereFromTheFirstStart() {
		JsonNode records = this.gateway.get("/topics/records").json();
		assertThat(records.get("partitions").intValue()).isEqualTo(8);
		assertThat(records.get("retentionMs").isNull()).isTrue();
		assertThat(records.get("retentionBytes").isNull()).isTrue();
		assertThat(records.get("createdAt").asString()).endsWith("Z");
		assertThat(this.gateway.get("/topics/records/partitions").json())
			.isEqualTo(this.gateway.get("/partitions").json());
		assertThat(this.gateway.get("/topics/records/partitions/3/records").json())
			.isEqualTo(this.gateway.get("/partitions/3/records").json());
		assertThat(topics()).contains("records");
	}

	/** As a database may that fails over to a standby which lagged behind. */
	@Test
	void findsATopicAgainWhoseGrowthTheDatabaseHasLost() {
		put(this.topic, "{\"partitions\": 4}");
		assertThat(append(3, this.gateway.newProducer(), 0, "1").status()).isEqualTo(201);
		lose("update log_partition set topic_id = null where partition_number >= 2 and topic_id = "
				+ "(select id from topic where name = '" + this.topic + "')");
		lose("update topic set partitions = 2 where name = '" + this.topic + "'");
		for (int i = 0; i < 10; i++) {
			Answer keyed = this.gateway.post("/topics/" + this.topic + "/records",
					"{\"records\": [{\"key\": \"" + i + "\", \"value\": 1}]}");
			assertThat(keyed.status()).as(keyed.text()).isEqualTo(201);
		}
		assertProblem(append(3, this.gateway.newProducer(), 0, "1"), 404, "UNKNOWN_PARTITION", "fix-request");
	}

	private void lose(String sql) {
		this.context.getBean(TransactionOperations.class)
			.executeWithoutResult((status) -> new JdbcTemplate(this.context.getBean(DataSource.class)).update(sql));
	}

	@ParameterizedTest
	@CsvSource({ "partitions,-1,10000", "partitions,10001,10000", "retentionMs,-1,9007199254740991",
			"retentionBytes,0,9007199254740991", "retentionMs,9007199254740992,9007199254740991" })
	void saysWhatANumberMayBe(String field, String value, String most) {
		Answer refused = put(this.topic, "{\"" + field + "\": " + value + "}");
		assertProblem(refused, 400, "INVALID_REQUEST", "fix-request");
		assertThat(refused.json().at("/errors/0/message").asString())
			.isEqualTo("is " + value + ", must be 1 to " + most);
	}

	@Test
	void makesATopicOnce() {
		Answer made = put(this.topic, "{\"partitions\": 3, \"retentionMs\": 604800000}");
		assertThat(made.status()).isEqualTo(201);
		assertThat(made.header("Location")).isEqualTo("/topics/" + this.topic);
		assertThat(made.json().get("topic").asString()).isEqualTo(this.topic);
		assertThat(made.json().get("partitions").intValue()).isEqualTo(3);
		assertThat(made.json().get("retentionMs").longValue()).isEqualTo(604_800_000);
		Answer again = put(this.topic, "{\"partitions\": 3, \"retentionMs\": 604800000}");
		assertThat(again.status()).isEqualTo(200);
		assertThat(again.json()).isEqualTo(made.json());
		assertThat(this.gateway.get("/topics/" + this.topic).json()).isEqualTo(made.json());
		assertThat(topics()).isSorted().contains(this.topic);
	}

	@Test
	void takesNoBodyForTheDefaults() {
		assertThat(put(this.topic, null).json().get("partitions").intValue()).isEqualTo(8);
		put(this.topic, "{\"partitions\": 9, \"retentionBytes\": 1000000}");
		JsonNode replaced = put(this.topic, "{}").json();
		assertThat(replaced.get("partitions").intValue()).isEqualTo(9);
		assertThat(replaced.get("retentionBytes").isNull()).isTrue();
	}

	@Test
	void growsAndNeverShrinks() {
		put(this.topic, "{\"partitions\": 2}");
		assertProblem(this.gateway.get(records(2)), 404, "UNKNOWN_PARTITION", "fix-request");
		assertThat(put(this.topic, "{\"partitions\": 4}").status()).isEqualTo(200);
		assertThat(this.gateway.get(records(2)).status()).isEqualTo(200);
		assertThat(this.gateway.get("/topics/" + this.topic + "/partitions").json().get("partitions")).hasSize(4);
		Answer fewer = put(this.topic, "{\"partitions\": 3, \"retentionMs\": 5}");
		assertProblem(fewer, 409, "TOPIC_CONFLICT", "fix-request");
		assertThat(fewer.json().get("detail").asString()).contains("has 4 partitions", "3 is too few");
		assertThat(this.gateway.get("/topics/" + this.topic).json().get("retentionMs").isNull()).isTrue();
	}

	@Test
	void refusesMorePartitionsThanAllTopicsMayHave() {
		Answer many = put(this.topic, "{\"partitions\": 10000}");
		assertProblem(many, 409, "TOPIC_CONFLICT", "fix-request");
		assertThat(many.json().get("detail").asString()).contains("may have 10000", "gateway.max-partitions");
		assertProblem(this.gateway.get("/topics/" + this.topic), 404, "UNKNOWN_TOPIC", "fix-request");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"partitions\": 0}", "{\"partitions\": 10001}", "{\"partitions\": 1.5}",
			"{\"retentionMs\": 0}", "{\"retentionBytes\": -1}", "{\"retentionBytes\": \"1\"}", "{\"partition\": 1}",
			"[]", "{\"retentionMs\": 1, \"retentionMs\": 1}" })
	void refusesSettingsThatAreNone(String settings) {
		assertProblem(put(this.topic, settings), 400, "INVALID_REQUEST", "fix-request");
		assertProblem(this.gateway.get("/topics/" + this.topic), 404, "UNKNOWN_TOPIC", "fix-request");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a b", "ä", "a:b", "a*" })
	void refusesNamesThatAreNone(String name) {
		Answer refused = put(URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"), "{}");
		assertProblem(refused, 400, "INVALID_REQUEST", "fix-request");
		assertThat(refused.json().at("/errors/0/field").asString()).isEqualTo("topic");
	}

	@Test
	void takesNamesOf249Characters() {
		assertThat(put("x".repeat(240) + "." + NAMES.incrementAndGet() + "_-A", null).status()).isEqualTo(201);
		assertProblem(put("x".repeat(250), null), 400, "INVALID_REQUEST", "fix-request");
	}

	@Test
	void hasItsOwnOffsetsAndSequences() {
		put(this.topic, "{\"partitions\": 2}");
		long producer = this.gateway.newProducer();
		this.gateway.append(1, producer, 0, "0", "1");
		Answer first = append(1, producer, 0, "7");
		assertThat(first.status()).isEqualTo(201);
		assertThat(first.json().get("topic").asString()).isEqualTo(this.topic);
		assertThat(first.json().get("partition").intValue()).isOne();
		assertThat(first.json().get("baseOffset").longValue()).isZero();
		Answer again = append(1, producer, 0, "7");
		assertThat(again.status()).isEqualTo(200);
		assertThat(again.json().get("baseOffset").longValue()).isZero();
		Answer gap = append(1, producer, 2, "9");
		assertProblem(gap, 409, "OUT_OF_ORDER_SEQUENCE_NUMBER", "resync");
		assertThat(gap.json().get("detail").asString()).contains("partition 1 of the topic " + this.topic);
		JsonNode page = this.gateway.get(records(1)).json();
		assertThat(page.get("topic").asString()).isEqualTo(this.topic);
		assertThat(page.get("records")).singleElement()
			.satisfies((record) -> assertThat(record.get("topic").asString()).isEqualTo(this.topic));
		assertThat(this.gateway.get(records(1) + "/0").text()).isEqualTo("7");
		JsonNode partitions = this.gateway.get("/producers/" + producer).json().get("partitions");
		assertThat(partitions).extracting((one) -> one.get("topic").asString() + " " + one.get("nextSequence"))
			.containsExactly("records 2", this.topic + " 1");
	}

	@ParameterizedTest
	@CsvSource({ "nope, 0, UNKNOWN_TOPIC", "nope, abc, UNKNOWN_TOPIC", "records, 8, UNKNOWN_PARTITION",
			"records, abc, UNKNOWN_PARTITION", "records, -1, UNKNOWN_PARTITION" })
	void namesWhatIsMissing(String name, String partition, String code) {
		String path = "/topics/" + name + "/partitions/" + partition;
		assertProblem(this.gateway.get(path), 404, code, "fix-request");
		assertProblem(this.gateway.get(path + "/records"), 404, code, "fix-request");
		assertProblem(this.gateway.get(path + "/records/0"), 404, code, "fix-request");
		assertProblem(this.gateway.post(path + "/records", "{\"records\": [{\"value\": 1}]}"), 404, code,
				"fix-request");
	}

	@Test
	void isGoneOnceItIsDeleted() {
		put(this.topic, "{\"partitions\": 2}");
		long producer = this.gateway.newProducer();
		append(0, producer, 0, "1");
		assertThat(delete(this.topic).status()).isEqualTo(204);
		for (String path : List.of("", "/partitions", "/partitions/0", "/partitions/0/records",
				"/partitions/0/records/0")) {
			assertProblem(this.gateway.get("/topics/" + this.topic + path), 404, "UNKNOWN_TOPIC", "fix-request");
		}
		assertProblem(append(0, producer, 1, "2"), 404, "UNKNOWN_TOPIC", "fix-request");
		assertProblem(delete(this.topic), 404, "UNKNOWN_TOPIC", "fix-request");
		assertThat(topics()).doesNotContain(this.topic);
		assertThat(this.gateway.get("/producers/" + producer).json().get("partitions")).isEmpty();
	}

	@Test
	void isANewOneUnderItsName() {
		put(this.topic, "{\"partitions\": 2}");
		long producer = this.gateway.newProducer();
		append(0, producer, 0, "1");
		delete(this.topic);
		assertThat(put(this.topic, "{\"partitions\": 1}").status()).isEqualTo(201);
		assertThat(this.gateway.get(records(0)).json().get("records")).isEmpty();
		assertProblem(append(0, producer, 1, "2"), 409, "OUT_OF_ORDER_SEQUENCE_NUMBER", "resync");
		Answer first = append(0, producer, 0, "2");
		assertThat(first.status()).isEqualTo(201);
		assertThat(first.json().get("baseOffset").longValue()).isZero();
		assertProblem(this.gateway.get(records(1)), 404, "UNKNOWN_PARTITION", "fix-request");
	}

	@Test
	void recordsStays() {
		assertProblem(delete("records"), 409, "TOPIC_CONFLICT", "fix-request");
		assertThat(this.gateway.get("/topics/records").status()).isEqualTo(200);
	}

	@Test
	void answersALongPollOfADeletedTopicWith404() {
		put(this.topic, "{\"partitions\": 1}");
		append(0, this.gateway.newProducer(), 0, "1");
		Answer[] ended = new Answer[1];
		Thread reader = new Thread(
				() -> ended[0] = this.gateway.send("GET", records(0) + "?offset=1", null, "Prefer", "wait=10"));
		reader.start();
		awaitReaders("poll");
		delete(this.topic);
		join(reader);
		assertProblem(ended[0], 404, "UNKNOWN_TOPIC", "fix-request");
	}

	/** The look for topics that are gone has another pace. */
	@Test
	void answersALongPollThatIsOverWith404() {
		put(this.topic, "{\"partitions\": 1}");
		append(0, this.gateway.newProducer(), 0, "1");
		for (int i = 0; i < 5; i++) {
			Answer[] ended = new Answer[1];
			long[] endedAt = new long[1];
			Thread reader = new Thread(() -> {
				ended[0] = this.gateway.send("GET", records(0) + "?offset=1", null, "Prefer", "wait=1");
				endedAt[0] = System.nanoTime();
			});
			reader.start();
			awaitReaders("poll");
			delete(this.topic);
			long deletedAt = System.nanoTime();
			join(reader);
			if (endedAt[0] - deletedAt > 100_000_000) { // it was deleted while it waited
				assertProblem(ended[0], 404, "UNKNOWN_TOPIC", "fix-request");
			}
			put(this.topic, "{\"partitions\": 1}");
			append(0, this.gateway.newProducer(), 0, "1");
		}
	}

	/** As another replica leaves it for a look that falls between two statements. */
	@Test
	void isUnknownOnceItsPartitionsAreGone() {
		put(this.topic, "{\"partitions\": 2}");
		TopicInternals.takePartitions(this.context, this.topic);
		assertProblem(this.gateway.post("/topics/" + this.topic + "/records", "{\"records\": [{\"value\": 1}]}"), 404,
				"UNKNOWN_TOPIC", "fix-request");
		assertProblem(this.gateway.get("/topics/" + this.topic + "/partitions"), 404, "UNKNOWN_TOPIC", "fix-request");
		delete(this.topic);
		put(this.topic, "{\"partitions\": 1}");
		assertThat(this.gateway.post("/topics/" + this.topic + "/records", "{\"records\": [{\"value\": 1}]}").status())
			.isEqualTo(201);
	}

	@Test
	void isImmutableOnlyWhereItCannotBeDeleted() {
		put(this.topic, "{\"partitions\": 1}");
		append(0, this.gateway.newProducer(), 0, "1");
		assertThat(this.gateway.get(records(0) + "/0").header("Cache-Control")).isEqualTo("no-cache");
		long offset = this.gateway.append(7, this.gateway.newProducer(), 0, "1").json().get("baseOffset").longValue();
		assertThat(this.gateway.get("/topics/records/partitions/7/records/" + offset).header("Cache-Control"))
			.contains("immutable");
	}

	@Test
	void endsStreamsOfADeletedTopic() {
		put(this.topic, "{\"partitions\": 1}");
		append(0, this.gateway.newProducer(), 0, "1");
		Answer[] ended = new Answer[1];
		Thread reader = new Thread(
				() -> ended[0] = this.gateway.send("GET", records(0), null, "Accept", "text/event-stream"));
		reader.start();
		awaitReaders("stream");
		delete(this.topic);
		join(reader);
		assertThat(ended[0].text()).contains("id: 0\n");
		assertProblem(this.gateway.send("GET", records(0), null, "Accept", "text/event-stream", "Last-Event-ID", "0"),
				404, "UNKNOWN_TOPIC", "fix-request");
	}

	private void awaitReaders(String kind) {
		Awaitility.await()
			.until(() -> this.gateway.get("/actuator/metrics/gateway.live.readers?tag=kind:" + kind)
				.json()
				.at("/measurements/0/value")
				.intValue() >= 1);
	}

	private static void join(Thread reader) {
		try {
			reader.join(20_000);
			assertThat(reader.isAlive()).isFalse();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
