package org.exactlyonce.gateway.proof.outage;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Set;

import org.exactlyonce.gateway.proof.faults.Tables;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The gateway is killed as soon as it has answered: what it has said about topics holds,
 * and what it has begun to delete is deleted in the end.
 */
class TopicCrashIT {

	/** More than one transaction of a purge, or of retention, takes. */
	private static final int BATCHES = 600;

	/** That a purge may take to its end. */
	private static final int STARTS = 5;

	@TempDir
	private Path folder;

	private GatewayClient client;

	private long producer;

	private GatewayProcess start() {
		GatewayProcess gateway = GatewayProcess.start("--gateway.data-dir=" + this.folder,
				"--gateway.retention-interval=100ms");
		this.client = gateway.client();
		return gateway;
	}

	private int put(String topic, String settings) {
		return this.client
			.send("PUT", "/topics/" + topic, settings.getBytes(StandardCharsets.UTF_8), "Content-Type",
					"application/json")
			.status();
	}

	private Answer append(String topic, long sequence) {
		return this.client.post("/topics/" + topic + "/partitions/0/records", "{\"producerId\": " + this.producer
				+ ", \"baseSequence\": " + sequence + ", \"records\": [{\"value\": " + sequence + "}]}");
	}

	private void fill(String topic) {
		assertThat(put(topic, "{\"partitions\": 1}")).isEqualTo(201);
		for (int i = 0; i < BATCHES; i++) {
			assertThat(append(topic, i).status()).isEqualTo(201);
		}
	}

	private long start(String topic) {
		return this.client.get("/topics/" + topic + "/partitions/0").json().get("logStartOffset").longValue();
	}

	private int partitions(String topic) {
		return this.client.get("/topics/" + topic).json().path("partitions").intValue(0);
	}

	@Test
	void topicsAreWhatWasAnswered() throws SQLException {
		try (GatewayProcess gateway = start()) {
			this.producer = this.client.newProducer();
			fill("deleted");
			fill("retained");
			put("grown", "{\"partitions\": 1}");
			assertThat(put("retained", "{\"retentionBytes\": 1}")).isEqualTo(200);
			assertThat(this.client.send("DELETE", "/topics/deleted", null).status()).isEqualTo(204);
			assertThat(put("grown", "{\"partitions\": 3}")).isEqualTo(200);
			assertThat(put("made", "{\"partitions\": 2, \"retentionMs\": 3600000}")).isEqualTo(201);
			gateway.kill();
		}
		try (GatewayProcess gateway = start()) {
			assertThat(partitions("made")).isEqualTo(2);
			assertThat(partitions("grown")).isEqualTo(3);
			assertThat(this.client.get("/topics/deleted").status()).isEqualTo(404);
			assertThat(this.client.get("/topics/deleted/partitions/0/records").status()).isEqualTo(404);
			assertThat(append("retained", 0).json().get("nextSequence").longValue()).isEqualTo(BATCHES);
			assertThat(put("deleted", "{\"partitions\": 1}")).isEqualTo(201);
			assertThat(append("deleted", 0).json().get("baseOffset").longValue()).isZero();
			gateway.kill();
		}
		try (GatewayProcess gateway = start()) {
			await().until(() -> start("retained") == BATCHES - 1);
			// the batches go a moment later
			await().until(() -> append("retained", 0).json().get("baseOffset").isNull());
			assertThat(append("retained", BATCHES).json().get("baseOffset").longValue()).isEqualTo(BATCHES);
			assertThat(append("deleted", 0).json().get("duplicate").booleanValue()).isTrue();
			assertThat(append("deleted", 1).json().get("baseOffset").longValue()).isOne();
			stop(gateway);
		}
		for (int i = 0; i < STARTS && !tables().isEmpty(); i++) {
			GatewayProcess gateway = start();
			Tables.letPurge();
			stop(gateway);
		}
		assertThat(tables()).isEmpty();
	}

	private static void stop(GatewayProcess gateway) {
		gateway.terminate();
		gateway.exitCode();
	}

	/** What is there and should not be. */
	private Set<String> tables() throws SQLException {
		return Tables
			.faults(DriverManager.getConnection("jdbc:h2:file:" + this.folder.resolve("gateway") + ";IFEXISTS=TRUE",
					"sa", ""))
			.keySet();
	}

}
