package org.exactlyonce.gateway.store;

import com.zaxxer.hikari.HikariConfig;
import org.junit.jupiter.api.Test;

import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How large the pool is.
 */
class ConnectionSharesTest {

	private final HikariConfig pool = new HikariConfig();

	private final MockEnvironment environment = new MockEnvironment();

	@Test
	void hasAConnectionForEverybody() {
		ConnectionShares.size(this.pool, this.environment);
		assertThat(this.pool.getMaximumPoolSize()).isEqualTo(1 + 4 + 8 + 8);
	}

	@Test
	void growsWithTheSettings() {
		this.environment.withProperty("gateway.commit.lanes", "10")
			.withProperty("gateway.registration.max-concurrent", "20")
			.withProperty("gateway.read.max-concurrent", "30");
		ConnectionShares.size(this.pool, this.environment);
		assertThat(this.pool.getMaximumPoolSize()).isEqualTo(10 + 20 + 30 + 8);
	}

	@Test
	void hasSomeForTheRelayWhereThereIsOne() {
		this.environment.withProperty("gateway.relay.enabled", "true").withProperty("gateway.relay.threads", "5");
		ConnectionShares.size(this.pool, this.environment);
		assertThat(this.pool.getMaximumPoolSize()).isEqualTo(1 + 4 + 8 + 8 + 5 + 2);
	}

	@Test
	void keepsTheSizeThatWasChosen() {
		this.environment.withProperty("spring.datasource.hikari.maximum-pool-size", "3");
		this.pool.setMaximumPoolSize(3);
		ConnectionShares.size(this.pool, this.environment);
		assertThat(this.pool.getMaximumPoolSize()).isEqualTo(3);
	}

}
