package org.exactlyonce.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Settings that cannot work are refused when they are made.
 */
class SettingsTest {

	@ParameterizedTest
	@ValueSource(strings = { "localhost:8080", "localhost", "htp://localhost", "http:///log", "ftp://localhost",
			"http://local host", "//localhost/", "" })
	void urlNeedsASchemeAndAHost(String url) {
		assertThatIllegalArgumentException().isThrownBy(() -> ProducerSettings.builder(url).build());
		assertThatIllegalArgumentException().isThrownBy(() -> ReaderSettings.of(url));
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://user:secret@localhost", "http://user@localhost:8080/log", "http://@localhost",
			"http://user:secret@my_host:8080/", "http://user:p@secret@localhost/", "http://user:sec ret@localhost/",
			"http://user:%secret@localhost/", "user:secret@localhost:8080", "ftp://localhost/user:secret@",
			"http://localhost:8080/?token=secret", "http://localhost/?", "http://localhost:8080?token=secret/",
			"http://localhost:8080/#secret/" })
	void urlHasNoUserNoPasswordAndNoQuery(String url) {
		assertThatIllegalArgumentException().isThrownBy(() -> ProducerSettings.builder(url).build())
			.withMessageContaining("no user and no password")
			.withMessageNotContaining("sec")
			.withNoCause();
		assertThatIllegalArgumentException().isThrownBy(() -> ReaderSettings.of(url))
			.withMessageContaining("no user and no password");
	}

	@Test
	void pathMayHaveAnAt() {
		assertThat(ReaderSettings.of("http://localhost/a@b").urls())
			.containsExactly(URI.create("http://localhost/a@b/"));
	}

	@Test
	void timesAreNotNegative() {
		Duration negative = Duration.ofMillis(-1);
		assertThatIllegalArgumentException().isThrownBy(builder().linger(negative)::build);
		assertThatIllegalArgumentException().isThrownBy(builder().maxBlock(negative)::build);
		assertThatIllegalArgumentException().isThrownBy(builder().requestTimeout(negative)::build);
		assertThatIllegalArgumentException().isThrownBy(builder().retryBackoff(negative)::build);
		assertThatIllegalArgumentException().isThrownBy(builder().retryBackoffMax(negative)::build);
		assertThatIllegalArgumentException().isThrownBy(builder().metadataMaxAge(negative)::build);
		Duration longest = Duration.ofSeconds(Long.MAX_VALUE / 4);
		builder().linger(longest).requestTimeout(longest).deliveryTimeout(longest.multipliedBy(3)).build();
	}

	@Test
	void urlEndsWithASlash() {
		List<URI> urls = List.of(URI.create("HTTPS://one.example.org/log/"), URI.create("http://two:8080/"));
		assertThat(ProducerSettings.builder("HTTPS://one.example.org/log", "http://two:8080/").build().urls())
			.isEqualTo(urls);
		assertThat(ReaderSettings.of("HTTPS://one.example.org/log", "http://two:8080/").urls()).isEqualTo(urls);
		assertThatIllegalArgumentException().isThrownBy(() -> new ReaderSettings(List.of(URI.create("http://two/log")),
				null, null, Duration.ofSeconds(1), Duration.ofSeconds(1), 1, null));
		assertThatIllegalArgumentException().isThrownBy(() -> ProducerSettings.builder().build());
	}

	@Test
	void nameHasTheGatewaysLength() {
		String longest = "\ud83d\ude00".repeat(255);
		assertThat(builder().name(longest).build().name()).isEqualTo(longest);
		assertThatIllegalArgumentException().isThrownBy(builder().name("x".repeat(256))::build);
		assertThatIllegalArgumentException().isThrownBy(builder().name(" ")::build);
		assertThatIllegalArgumentException().isThrownBy(builder().name("a\ud800")::build)
			.withMessageContaining("unpaired surrogate");
	}

	@Test
	void gatewayWaitsForWholeSeconds() {
		builder().preferWait(Duration.ZERO).build();
		builder().preferWait(Duration.ofSeconds(1)).build();
		assertThatIllegalArgumentException().isThrownBy(builder().preferWait(Duration.ofMillis(999))::build);
		assertThatIllegalArgumentException().isThrownBy(builder().preferWait(Duration.ofSeconds(-1))::build);
		assertThatIllegalArgumentException().isThrownBy(() -> reader(Duration.ofMillis(999), 1));
	}

	@Test
	void pageHasTheGatewaysLength() {
		reader(Duration.ofSeconds(1), 10_000);
		assertThatIllegalArgumentException().isThrownBy(() -> reader(Duration.ofSeconds(1), 0));
		assertThatIllegalArgumentException().isThrownBy(() -> reader(Duration.ofSeconds(1), 10_001));
	}

	private static ProducerSettingsBuilder builder() {
		return ProducerSettings.builder("http://localhost:8080");
	}

	private static ReaderSettings reader(Duration preferWait, int pageRecords) {
		return new ReaderSettings(List.of(URI.create("http://localhost:8080/")), null, null, Duration.ofSeconds(1),
				preferWait, pageRecords, null);
	}

}
