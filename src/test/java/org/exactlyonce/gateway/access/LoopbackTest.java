package org.exactlyonce.gateway.access;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class LoopbackTest {

	@ParameterizedTest
	@ValueSource(strings = { "localhost", "LocalHost", "localhost.", "app.localhost", "a.b.LOCALHOST.", "127.0.0.1",
			"127.0.0.1.", "127.255.0.254", "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]" })
	void namesOfThisMachineAreLoopback(String name) {
		assertThat(Loopback.isName(name)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".", "evil.example", "127.evil.example", "127.0.0.1.evil.example", "127.0.0.1.nip.io",
			"localhost.evil.example", "notlocalhost", "localhost..", "127.0.0", "127.0.0.256", "127.0.0.01",
			"127.0.0.1.1", "0.0.0.0", "10.0.0.1", "128.0.0.1", "2130706433", "0x7f000001", "[::]", "[::2]", "[fe80::1]",
			"[::1", "[localhost]", "[::ffff:10.0.0.1]", "::1", "event_gateway" })
	void otherNamesAreNot(String name) {
		assertThat(Loopback.isName(name)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "127.0.0.1", "127.1.2.3", "0:0:0:0:0:0:0:1" })
	void addressesOfThisMachineAreLoopback(String address) {
		assertThat(Loopback.isAddress(address)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "10.0.0.1", "172.17.0.1", "192.168.0.1", "0.0.0.0", "fe80:0:0:0:0:0:0:1%eth0",
			"0:0:0:0:0:0:0:2" })
	void otherAddressesAreNot(String address) {
		assertThat(Loopback.isAddress(address)).isFalse();
	}

	@Test
	void noAddressIsNot() {
		assertThat(Loopback.isAddress(null)).isFalse();
	}

}
