package org.exactlyonce.gateway.access;

import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class CorsPropertiesTest {

	@ParameterizedTest
	@CsvSource({ "http://localhost:3000, http://localhost:3000", "HTTPS://App.Example.org, https://app.example.org",
			"https://app.example.org:443, https://app.example.org", "http://app.example.org:80, http://app.example.org",
			"http://app.example.org:443, http://app.example.org:443", "http://[::1]:3000, http://[::1]:3000",
			"chrome-extension://abcdef, chrome-extension://abcdef", "*, *" })
	void takesOriginsAsBrowsersSendThem(String given, String origin) {
		assertThat(new CorsProperties(List.of(given)).allowedOrigins()).containsExactly(origin);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "null", "localhost:3000", "app.example.org", "https://app.example.org/",
			"https://app.example.org/a", "https://app.example.org?a", "https://app.example.org#a",
			"https://user@app.example.org", "https://*.example.org", "https://", "http://a b" })
	void refusesWhatNoBrowserSends(String given) {
		assertThatIllegalArgumentException().isThrownBy(() -> new CorsProperties(List.of(given)))
			.withMessageContaining("\"" + given + "\"")
			.withMessageContaining("gateway.cors.allowed-origins");
	}

}
