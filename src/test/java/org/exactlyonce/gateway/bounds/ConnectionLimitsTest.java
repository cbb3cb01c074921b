package org.exactlyonce.gateway.bounds;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

class ConnectionLimitsTest {

	@ParameterizedTest
	@CsvSource({ "64, 146", "256, 585", "614, 1403", "1024, 2340", "8192, 8192" })
	void connectionsTakeAQuarterOfTheHeap(int megabytes, int connections) {
		assertThat(ConnectionLimits.affordable(megabytes * 1024L * 1024)).isEqualTo(connections);
	}

	@Test
	void liveReadersAndHeldAppendsLeaveConnectionsToOthers() {
		ConnectionLimits limits = new ConnectionLimits(1000);
		assertThat(limits.liveReaders() + limits.heldAppends()).isLessThanOrEqualTo(limits.crowd()).isEqualTo(750);
	}

	@Test
	void isWhatTheContainerIsSetTo() {
		MockEnvironment environment = new MockEnvironment();
		assertThat(new ConnectionLimits(environment).max())
			.isEqualTo(ConnectionLimits.affordable(Runtime.getRuntime().maxMemory()));
		environment.setProperty("server.tomcat.max-connections", "77");
		assertThat(new ConnectionLimits(environment).max()).isEqualTo(77);
		environment.setProperty("server.tomcat.max-connections", "-1");
		assertThat(new ConnectionLimits(environment).max()).as("any number").isEqualTo(Integer.MAX_VALUE);
	}

}
