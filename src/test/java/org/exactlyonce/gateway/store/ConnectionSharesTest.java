package org.exactlyonce.gateway.store;

import java.util.List;

import com.zaxxer.hikari.HikariConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How large the pool is.
 */
@ExtendWith(OutputCaptureExtension.class)
class ConnectionSharesTest {

	private static final List<ConnectionShare> SHARES = List.of(new ConnectionShare("lanes", 10),
			new ConnectionShare("reads", 30));

	private final HikariConfig pool = new HikariConfig();

	private final MockEnvironment environment = new MockEnvironment();

	@Test
	void hasConnectionsForAllSharesAtOnce() {
		ConnectionShares.size(this.pool, SHARES, this.environment);
		assertThat(this.pool.getMaximumPoolSize()).isEqualTo(40);
	}

	@Test
	void keepsTheSizeThatWasChosenAndWarnsWhatItLacks(CapturedOutput output) {
		choose(39);
		ConnectionShares.size(this.pool, SHARES, this.environment);
		assertThat(this.pool.getMaximumPoolSize()).isEqualTo(39);
		assertThat(output)
			.contains("39 connections, but 40 may be wanted at the same time: 10 for lanes, 30 for reads");
	}

	@Test
	void keepsALargerSizeAndSaysNothing(CapturedOutput output) {
		choose(41);
		ConnectionShares.size(this.pool, SHARES, this.environment);
		assertThat(this.pool.getMaximumPoolSize()).isEqualTo(41);
		assertThat(output).doesNotContain("connections, but");
	}

	private void choose(int size) {
		this.environment.withProperty("spring.datasource.hikari.maximum-pool-size", Integer.toString(size));
		this.pool.setMaximumPoolSize(size);
	}

}
