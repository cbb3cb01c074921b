package org.exactlyonce.gateway.quota;

import java.nio.file.Path;

import org.exactlyonce.gateway.credential.TokenGateway;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The operator's port takes from the same quota as the API's; without a quota nothing is
 * counted.
 */
class QuotasOnEveryPortTest {

	@TempDir
	private Path folder;

	@Test
	void onePrincipalHasOneQuota() {
		try (GatewayInProcess gateway = GatewayInProcess.onH2(this.folder, "--management.server.port=0",
				"--gateway.security.mode=token", "--gateway.security.admin-key=" + TokenGateway.ADMIN_KEY,
				"--gateway.quotas.default.requests-per-second=2")) {
			TokenGateway api = new TokenGateway(gateway.client());
			TokenGateway operator = new TokenGateway(new GatewayClient(gateway.managementPort()));
			await().untilAsserted(() -> {
				int status = 0;
				for (int i = 0; i < 20 && status != 429; i++) {
					status = operator.get(TokenGateway.ADMIN_KEY, "/actuator/info").status();
				}
				assertThat(status).isEqualTo(429);
				assertThat(api.get(TokenGateway.ADMIN_KEY, "/partitions").status()).isEqualTo(429);
			});
			for (int i = 0; i < 20; i++) {
				assertThat(api.get(null, "/problems").status()).as("nobody's").isEqualTo(200);
			}
		}
	}

}
