package org.exactlyonce.gateway.store;

import java.nio.file.Path;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import org.exactlyonce.gateway.support.OnH2;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the pages say of the pool is the sum of what the parts of the gateway publish.
 */
@OnH2
class PoolSizeTest {

	/** These have settings of their own, the others are counted together. */
	private static final List<String> SETTINGS = List.of("lanes", "registrations", "reads");

	@Autowired
	private List<ConnectionShare> shares;

	@Autowired
	private HikariDataSource pool;

	@Test
	void isWhatThePagesSay() {
		int sum = this.shares.stream().mapToInt(ConnectionShare::connections).sum();
		int others = this.shares.stream()
			.filter((share) -> !SETTINGS.contains(share.users()))
			.mapToInt(ConnectionShare::connections)
			.sum();
		assertThat(this.shares).extracting(ConnectionShare::users).containsAll(SETTINGS);
		assertThat(this.pool.getMaximumPoolSize()).isEqualTo(sum);
		assertThat(Path.of("docs/settings.md")).content()
			.contains("| lanes, registrations, reads and %d more: %d; ".formatted(others, sum));
		assertThat(Path.of("src/main/resources/application.yml")).content()
			.contains("lanes, registrations, reads and %d others".formatted(others));
	}

}
