package org.exactlyonce.gateway.bounds;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

class ConnectionLimitsTest {

	@ParameterizedTest
	@CsvSource({ "64, 146, 93", "256, 585, 372", "614, 1403, 893", "1024, 2340, 1489", "8192, 8192, 8192" })
	void connectionsTakeAQuarterOfTheHeap(int megabytes, int connections, int withHttp2) {
		long heap = megabytes * 1024L * 1024;
		assertThat(ConnectionLimits.affordable(heap, ConnectionLimits.CONNECTION_BYTES)).isEqualTo(connections);
		assertThat(ConnectionLimits.affordable(heap, ConnectionLimits.STREAM_BYTES)).isEqualTo(withHttp2);
	}

	@Test
	void liveReadersAndHeldAppendsLeaveConnectionsToOthers() {
		ConnectionLimits limits = new ConnectionLimits(1000);
		assertThat(limits.liveReaders() + limits.heldAppends()).isLessThanOrEqualTo(limits.crowd()).isEqualTo(750);
	}

	@Test
	void isWhatTheContainerIsSetTo() {
		MockEnvironment environment = new MockEnvironment();
		assertThat(new ConnectionLimits(environment).max()).isEqualTo(affordable(ConnectionLimits.CONNECTION_BYTES));
		environment.setProperty("server.http2.enabled", "true");
		assertThat(new ConnectionLimits(environment).max()).as("without TLS")
			.isEqualTo(affordable(ConnectionLimits.CONNECTION_BYTES));
		environment.setProperty("server.ssl.bundle", "web");
		assertThat(new ConnectionLimits(environment).max()).as("with HTTP/2")
			.isEqualTo(affordable(ConnectionLimits.STREAM_BYTES));
		environment.setProperty("server.tomcat.max-connections", "77");
		assertThat(new ConnectionLimits(environment).max()).isEqualTo(77);
		environment.setProperty("server.tomcat.max-connections", "-1");
		assertThat(new ConnectionLimits(environment).max()).as("any number").isEqualTo(Integer.MAX_VALUE);
	}

	private static int affordable(long each) {
		return ConnectionLimits.affordable(Runtime.getRuntime().maxMemory(), each);
	}

}
