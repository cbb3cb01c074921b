package org.exactlyonce.gateway.proof.upgrade;

import java.util.Base64;
import java.util.stream.Stream;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A log that version 0.1 has written is opened as it is: its offsets, its sequences, its
 * duplicates, and what is read of it. Answers may have more fields than they had.
 */
abstract class UpgradeContract {

	private static final String[] RELAY = { "--gateway.relay.enabled=true",
			"--spring.kafka.bootstrap-servers=localhost:1", "--gateway.partitions=4" };

	private final JsonNode before;

	UpgradeContract(String answers) {
		this.before = JsonMapper.shared().readTree(OldData.read(answers));
	}

	/** Starts the gateway on the old data. */
	abstract GatewayInProcess open(String... settings);

	@Test
	void opensALogOfVersion01() {
		try (GatewayInProcess gateway = open(RELAY)) {
			GatewayClient client = gateway.client();
			assertReadsAsBefore(client);
			assertKnowsProducers(client);
			await()
				.until(() -> client.get("/actuator/health/relay").json().at("/details/partitionsHeld").intValue() == 4);
			assertAnswersDuplicates(client);
			assertGoesOn(client);
			gateway.restart();
			assertReadsAsBefore(gateway.client());
		}
	}

	private void assertReadsAsBefore(GatewayClient client) {
		for (JsonNode page : this.before.get("pages")) {
			int partition = page.get("partition").intValue();
			JsonNode now = client.get("/partitions/" + partition + "/records?limit=10000").json();
			JsonNode records = page.get("records");
			assertThat(now.get("records").size()).isGreaterThanOrEqualTo(records.size());
			for (int i = 0; i < records.size(); i++) {
				assertHas(now.get("records").get(i), records.get(i));
			}
		}
	}

	private void assertKnowsProducers(GatewayClient client) {
		for (JsonNode producer : this.before.get("producers")) {
			JsonNode now = client.get("/producers/" + producer.get("producerId").longValue()).json();
			for (String field : new String[] { "producerEpoch", "name", "createdAt" }) {
				assertThat(now.get(field)).isEqualTo(producer.get(field));
			}
			for (int i = 0; i < producer.get("partitions").size(); i++) {
				assertHas(now.get("partitions").get(i), producer.get("partitions").get(i));
			}
		}
	}

	private void assertAnswersDuplicates(GatewayClient client) {
		for (JsonNode append : this.before.get("appends")) {
			Answer again = client.send("POST", append.get("path").stringValue(),
					Base64.getDecoder().decode(append.get("bodyBase64").stringValue()),
					append.get("headers")
						.propertyStream()
						.flatMap((header) -> Stream.of(header.getKey(), header.getValue().stringValue()))
						.toArray(String[]::new));
			JsonNode first = append.get("answer");
			long epoch = epoch(first.get("producerId").longValue());
			if (epoch > first.get("producerEpoch").longValue()) {
				assertThat(again.status()).as("fenced since").isIn(200, 403);
				if (again.status() == 403) {
					continue;
				}
			}
			assertThat(again.status()).as(again.text()).isEqualTo(200);
			assertThat(again.json().get("duplicate").booleanValue()).isTrue();
			for (String field : new String[] { "partition", "producerId", "baseSequence", "lastSequence", "baseOffset",
					"lastOffset", "appendedAt", "producerEpoch" }) {
				assertThat(again.json().get(field)).as(field).isEqualTo(first.get(field));
			}
		}
	}

	private long epoch(long producerId) {
		return this.before.get("producers")
			.valueStream()
			.filter((producer) -> producer.get("producerId").longValue() == producerId)
			.findFirst()
			.orElseThrow()
			.get("producerEpoch")
			.longValue();
	}

	private void assertGoesOn(GatewayClient client) {
		for (JsonNode partition : this.before.get("partitions")) {
			int number = partition.get("partition").intValue();
			assertHas(client.get("/partitions/" + number).json(), partition);
			JsonNode producer = this.before.get("producers").get(0);
			long next = 0;
			for (JsonNode state : producer.get("partitions")) {
				next = (state.get("partition").intValue() == number) ? state.get("nextSequence").longValue() : next;
			}
			Answer appended = client.append(number, producer.get("producerId").longValue(),
					producer.get("producerEpoch").longValue(), next, "\"after\"");
			assertThat(appended.status()).as(appended.text()).isEqualTo(201);
			assertThat(appended.json().get("baseOffset")).isEqualTo(partition.get("logEndOffset"));
			JsonNode records = this.before.get("pages").get(number).get("records");
			if (!records.isEmpty()) {
				String last = records.get(records.size() - 1).get("appendedAt").stringValue();
				assertThat(appended.json().get("appendedAt").stringValue()).isGreaterThanOrEqualTo(last);
			}
		}
		long newest = this.before.get("producers")
			.get(this.before.get("producers").size() - 1)
			.get("producerId")
			.longValue();
		assertThat(client.newProducer()).isGreaterThan(newest);
	}

	private static void assertHas(JsonNode now, JsonNode before) {
		before.propertyStream()
			.forEach((field) -> assertThat(now.get(field.getKey())).as("%s of %s", field.getKey(), before)
				.isEqualTo(field.getValue()));
	}

}
