package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.KafkaServer;
import org.exactlyonce.gateway.support.RelayCheck;
import org.exactlyonce.gateway.support.TopicAdmin;
import org.exactlyonce.gateway.support.TopicReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Topics that come, grow and go while they are relayed, and those that cannot be.
 */
class RelayEveryTopicIT {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final String topic = KafkaServer.newTopic();

	private final String prefix = this.topic + "-of.";

	private final TopicAdmin admin = new TopicAdmin(KafkaServer.address());

	private GatewayInProcess gateway;

	private GatewayClient client;

	private long producer;

	@BeforeEach
	void begin() {
		start(this.topic);
		this.producer = this.client.newProducer();
	}

	@AfterEach
	void end() {
		this.gateway.close();
		this.admin.close();
	}

	private void start(String topic, String... more) {
		String[] settings = { "--gateway.relay.enabled=true", "--gateway.relay.topic=" + topic,
				"--gateway.relay.topic-prefix=" + this.prefix, "--gateway.retention-interval=100ms",
				"--spring.kafka.bootstrap-servers=" + KafkaServer.address(), "--gateway.partitions=2" };
		this.gateway = GatewayInProcess.onH2(Stream.of(settings, more).flatMap(Stream::of).toArray(String[]::new));
		this.client = this.gateway.client();
	}

	private void restart() {
		this.gateway.restart();
		this.client = this.gateway.client();
	}

	private static String path(String topic, int partition) {
		return "/topics/" + topic + "/partitions/" + partition;
	}

	private void put(String topic, int partitions) {
		assertThat(this.client.putTopic(topic, "{\"partitions\": " + partitions + "}").status()).isIn(200, 201);
	}

	private void append(String topic, int partition, long sequence) {
		assertThat(this.client.append(path(topic, partition), this.producer, 0, sequence, "" + sequence).status())
			.isEqualTo(201);
	}

	private void assertRelayed(String topic, int partition, int before) {
		RelayCheck.awaitRelayed(this.client, path(topic, partition), PATIENCE);
		RelayCheck.equalsLog(this.client, path(topic, partition), KafkaServer.address(),
				topic.equals("records") ? this.topic : this.prefix + topic, partition, before);
	}

	private JsonNode health() {
		return this.client.get("/actuator/health/relay").json();
	}

	private void assertGoesOn(String topic) {
		put(topic, 1);
		append(topic, 0, 0);
		append("records", 1, 0);
		assertRelayed(topic, 0, 0);
		assertRelayed("records", 1, 0);
	}

	@Test
	void followsTopicsThatAreMadeAndGrown() {
		put("orders", 2);
		put("bills", 1);
		for (int sequence = 0; sequence < 3; sequence++) {
			append("records", 0, sequence);
			append("orders", 0, sequence);
			append("orders", 1, sequence);
			append("bills", 0, sequence);
		}
		assertRelayed("records", 0, 0);
		assertRelayed("orders", 0, 0);
		assertRelayed("orders", 1, 0);
		assertRelayed("bills", 0, 0);
		put("orders", 3);
		await().atMost(PATIENCE).until(() -> this.admin.partitions(this.prefix + "orders") == 3);
		put("orders", 4);
		put("records", 3);
		append("orders", 3, 0);
		append("orders", 0, 3);
		append("records", 2, 0);
		assertRelayed("orders", 3, 0);
		assertRelayed("orders", 0, 0);
		assertRelayed("records", 2, 0);
		await().atMost(PATIENCE).until(() -> health().at("/details/partitionsHeld").intValue() == 3 + 4 + 1);
		restart();
		append("orders", 3, 1);
		append("orders", 1, 3);
		append("bills", 0, 3);
		assertRelayed("orders", 3, 0);
		assertRelayed("orders", 1, 0);
		assertRelayed("orders", 2, 0);
		assertRelayed("bills", 0, 0);
		assertThat(health().get("status").stringValue()).isEqualTo("UP");
		assertThat(this.client.get("/actuator/prometheus").text())
			.containsPattern("gateway_relay_partitions\\{\\S* 8.0")
			.containsPattern("gateway_relay_topic_lag_records\\{\\S*topic=\"orders\"\\S* 0.0")
			.containsPattern("gateway_relay_lag_records\\{\\S*partition=\"3\",topic=\"orders\"\\S* 0.0");
	}

	/** In Kafka it follows the one before it, once, and from its own start. */
	@Test
	void relaysATopicThatIsMadeAgainFromItsStart() {
		put("orders", 1);
		for (int sequence = 0; sequence < 3; sequence++) {
			append("orders", 0, sequence);
		}
		assertRelayed("orders", 0, 0);
		assertThat(this.client.send("DELETE", "/topics/orders", null).status()).isEqualTo(204);
		await().atMost(PATIENCE).until(() -> health().at("/details/partitionsHeld").intValue() == 2);
		assertThat(health().get("status").stringValue()).isEqualTo("UP");
		put("orders", 1);
		append("orders", 0, 0);
		append("orders", 0, 1);
		assertRelayed("orders", 0, 3);
		restart();
		append("orders", 0, 2);
		assertRelayed("orders", 0, 3);
		assertThat(this.client.send("DELETE", "/topics/orders", null).status()).isEqualTo(204);
		put("orders", 1);
		append("orders", 0, 0);
		assertRelayed("orders", 0, 6);
		assertThat(TopicReader.read(KafkaServer.address(), this.prefix + "orders", 0))
			.extracting((record) -> TopicReader.header(record, "gateway-offset"))
			.containsExactly("0", "1", "2", "0", "1", "2", "0");
	}

	@Test
	void stopsATopicAloneWhoseTopicInKafkaHasAnotherNumberOfPartitions() {
		this.admin.create(this.prefix + "orders", 3, Map.of());
		put("orders", 2);
		append("orders", 0, 0);
		await().atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(50))
			.until(() -> health().at("/details/retrying/0/topic").asString().equals("orders"));
		assertThat(health().get("status").stringValue()).as("while it may just grow").isEqualTo("UP");
		await().atMost(PATIENCE).until(() -> health().at("/details/stopped/0/partitions").toString().equals("[0,1]"));
		JsonNode stopped = health().at("/details/stopped");
		assertThat(stopped.size()).isEqualTo(1);
		assertThat(stopped.at("/0/topic").stringValue()).isEqualTo("orders");
		assertThat(stopped.at("/0/reason").stringValue())
			.isEqualTo("The topic " + this.prefix + "orders has 3 partitions, the log's topic orders has 2.");
		assertGoesOn("bills");
		assertThat(this.client.get("/actuator/health/readiness").status()).isEqualTo(200);
		put("orders", 3);
		assertRelayed("orders", 0, 0);
		await().atMost(PATIENCE).until(() -> health().get("status").stringValue().equals("UP"));
	}

	@Test
	void asksForPartitionsThatATopicOfOthersLacks() {
		this.admin.create(this.prefix + "orders", 1, Map.of());
		put("orders", 2);
		append("orders", 1, 0);
		await().atMost(PATIENCE).until(() -> health().path("details").has("stopped"));
		assertThat(health().at("/details/stopped/0/action").stringValue())
			.contains("--alter --topic " + this.prefix + "orders --partitions 2");
		this.admin.grow(this.prefix + "orders", 2);
		assertRelayed("orders", 1, 0);
	}

	@Test
	void stopsATopicAloneWhoseNameInKafkaIsTakenOrTooLong() {
		this.gateway.close();
		start(this.prefix + "first", "--gateway.relay.cursor-topic=" + this.prefix + "second");
		this.producer = this.client.newProducer();
		List<String> names = List.of("first", "second", "x".repeat(249), "a.b", "a_b");
		names.forEach((name) -> put(name, 2));
		await().atMost(PATIENCE).until(() -> health().at("/details/stopped").size() == 4);
		assertThat(health().at("/details/stopped").valueStream().map((entry) -> entry.get("reason").stringValue()))
			.anyMatch((reason) -> reason.contains("which gets the topic records"))
			.anyMatch((reason) -> reason.contains("which has the cursors"))
			.anyMatch((reason) -> reason.contains("characters and may have 249"))
			.anyMatch((reason) -> reason.startsWith("Kafka does not take the topic " + this.prefix + "a"));
		put("bills", 1);
		append("bills", 0, 0);
		assertRelayed("bills", 0, 0);
	}

	@Test
	void keepsWhatIsNotInKafkaYet() {
		this.admin.create(this.prefix + "orders", 1, Map.of());
		assertThat(this.client.putTopic("orders", "{\"partitions\": 2, \"retentionMs\": 1}").status()).isEqualTo(201);
		this.client.putTopic("drafts", "{\"partitions\": 1, \"retentionMs\": 1}");
		for (int sequence = 0; sequence < 3; sequence++) {
			append("orders", 0, sequence);
			append("drafts", 0, sequence);
		}
		await().atMost(PATIENCE).until(() -> startOf("drafts") == 2);
		assertThat(startOf("orders")).isZero();
		this.admin.grow(this.prefix + "orders", 2);
		await().atMost(PATIENCE).until(() -> startOf("orders") == 2);
		assertThat(TopicReader.read(KafkaServer.address(), this.prefix + "orders", 0)).hasSize(3);
		assertThat(TopicReader.read(KafkaServer.address(), this.prefix + "drafts", 0)).hasSize(3);
		restart();
		append("orders", 0, 3);
		RelayCheck.awaitRelayed(this.client, path("orders", 0), PATIENCE);
		assertThat(TopicReader.read(KafkaServer.address(), this.prefix + "orders", 0)).hasSize(4);
	}

	private long startOf(String topic) {
		return this.client.get(path(topic, 0)).json().get("logStartOffset").longValue();
	}

}
