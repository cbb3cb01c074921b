package org.exactlyonce.gateway.relay;

import java.time.Duration;

import javax.sql.DataSource;

import org.exactlyonce.gateway.support.GatewayInProcess;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A lock keeps a gateway from renewing its leases. There is no Kafka, which is none of
 * its troubles.
 */
class RelayWithoutLeasesTest {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	@Test
	void isDownUntilTheLeasesAreRenewed() {
		try (GatewayInProcess gateway = GatewayInProcess.onH2("--gateway.relay.enabled=true",
				"--spring.kafka.bootstrap-servers=localhost:1", "--gateway.partitions=1")) {
			await().atMost(PATIENCE).until(() -> health(gateway).at("/details/partitionsHeld").intValue() == 1);
			assertThat(health(gateway).get("status").stringValue()).isEqualTo("UP");
			assertThat(health(gateway).at("/details/leases").isMissingNode()).isTrue();
			JdbcTemplate database = new JdbcTemplate(gateway.context().getBean(DataSource.class));
			gateway.context().getBean(TransactionOperations.class).executeWithoutResult((status) -> {
				assertThat(database.queryForList("select * from relay_member for update")).hasSize(1);
				await().atMost(PATIENCE).until(() -> health(gateway).get("status").stringValue().equals("DOWN"));
				JsonNode down = health(gateway);
				assertThat(down.at("/details/leases/reason").asString()).contains("not renewed for ");
				assertThat(down.at("/details/leases/action").asString()).contains("relay_lease");
				assertThat(down.at("/details/partitionsHeld").intValue()).isZero();
			});
			await().atMost(PATIENCE).until(() -> health(gateway).get("status").stringValue().equals("UP"));
			assertThat(health(gateway).at("/details/leases").isMissingNode()).isTrue();
		}
	}

	private static JsonNode health(GatewayInProcess gateway) {
		return gateway.client().get("/actuator/health/relay").json();
	}

}
