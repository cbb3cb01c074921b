package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RelayNewsTest {

	private final AtomicLong now = new AtomicLong();

	private final RelayNews news = new RelayNews(this.now::get);

	private static RelayStatus.Trouble trouble(String reason) {
		return new RelayStatus.Trouble(true, reason, "act");
	}

	@Test
	void tellsTheSameTroubleOnceAMinute() {
		assertThat(this.news.isNew(trouble("a"))).isTrue();
		assertThat(this.news.isNew(trouble("b"))).isTrue();
		this.now.addAndGet(Duration.ofSeconds(50).toNanos());
		assertThat(this.news.isNew(trouble("a"))).isFalse();
		this.now.addAndGet(Duration.ofSeconds(11).toNanos());
		assertThat(this.news.isNew(trouble("a"))).as("a minute after it was told").isTrue();
		assertThat(this.news.isNew(trouble("a"))).isFalse();
	}

	@Test
	void forgetsWhatWasMetLongestAgo() {
		this.news.isNew(trouble("often"));
		for (int i = 0; i < 100; i++) {
			this.news.isNew(trouble("" + i));
			assertThat(this.news.isNew(trouble("often"))).isFalse();
		}
		assertThat(this.news.isNew(trouble("0"))).isTrue();
	}

}
