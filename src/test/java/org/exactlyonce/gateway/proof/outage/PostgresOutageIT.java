package org.exactlyonce.gateway.proof.outage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.LoadingProducer;
import org.exactlyonce.gateway.support.LogCheck;
import org.exactlyonce.gateway.support.OwnPostgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A PostgreSQL that goes away under load and comes back. */
class PostgresOutageIT {

	@TempDir
	private Path folder;

	@Test
	void answers503MeanwhileAndRecoversByItself() throws IOException {
		try (OwnPostgres postgres = new OwnPostgres(this.folder.resolve("data"));
				GatewayProcess gateway = GatewayProcess
					.start(postgres.arguments("--spring.datasource.hikari.connection-timeout=1000"))) {
			GatewayClient client = gateway.client();
			LoadingProducer producer = new LoadingProducer(client.newProducer(), 0).start(client);
			await().until(() -> producer.acknowledged() > 50);
			postgres.stop();
			GatewayClient.Answer refused = client.append(1, producer.producerId(), 0, "1");
			assertThat(refused.status()).isEqualTo(503);
			assertThat(refused.code()).isEqualTo("STORE_UNAVAILABLE");
			assertThat(refused.json().get("retry").stringValue()).isEqualTo("same-request");
			assertThat(client.get("/partitions/0/records").status()).isEqualTo(503);
			assertThat(client.get("/producers/" + producer.producerId()).status()).isEqualTo(503);
			assertThat(client.send("POST", "/producers", null).status()).isEqualTo(503);
			assertThat(client.get("/actuator/health").json().get("status").stringValue()).isEqualTo("DOWN");
			int before = producer.acknowledged();
			postgres.startAgain();
			await().atMost(Duration.ofSeconds(30)).until(() -> producer.acknowledged() > before + 50);
			producer.stop();
			assertThat(client.get("/actuator/health").json().get("status").stringValue()).isEqualTo("UP");
			assertThat(LogCheck.read(client, 0)).hasSize(producer.acknowledged());
			LogCheck.holds(client, 0, List.of(producer));
		}
	}

}
