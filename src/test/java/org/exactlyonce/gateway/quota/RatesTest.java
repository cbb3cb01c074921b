package org.exactlyonce.gateway.quota;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import io.github.bucket4j.TimeMeter;
import org.exactlyonce.gateway.support.Problems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What a principal may use of a second, on a clock that the test sets.
 */
class RatesTest {

	private final AtomicLong nanos = new AtomicLong();

	private final QuotaProperties properties = new QuotaProperties(Map.of("default",
			new Quota(10, DataSize.ofBytes(1000), null, null), "fast", new Quota(1000, null, null, null), "free",
			new Quota(1_000_000_000, DataSize.ofBytes(1_000_000_000), null, null)));

	private final Rates rates = new Rates(this.properties::of, new TimeMeter() {

		@Override
		public long currentTimeNanos() {
			return RatesTest.this.nanos.get();
		}

		@Override
		public boolean isWallClockBased() {
			return false;
		}

	});

	private void pass(Duration time) {
		this.nanos.addAndGet(time.toNanos());
	}

	private int requestsTaken(String principal, int tries) {
		int taken = 0;
		for (int i = 0; i < tries; i++) {
			taken += (this.rates.take(principal, false, 0) == null) ? 1 : 0;
		}
		return taken;
	}

	@Test
	void givesWhatComesWithinASecondAtOnceAndThenAsItComes() {
		assertThat(requestsTaken("a", 50)).isEqualTo(10);
		pass(Duration.ofMillis(300));
		assertThat(requestsTaken("a", 50)).isEqualTo(3);
		pass(Duration.ofHours(1));
		assertThat(requestsTaken("a", 50)).as("no more than a second's").isEqualTo(10);
		assertThat(requestsTaken("b", 50)).as("another's are another's").isEqualTo(10);
	}

	@Test
	void saysWhenToComeAgainAndIsRight() {
		requestsTaken("a", 10);
		Exceeded exceeded = this.rates.take("a", false, 0);
		assertThat(exceeded.limit()).isEqualTo("requests");
		assertThat(exceeded.pause()).isBetween(Duration.ofMillis(99), Duration.ofMillis(101));
		pass(exceeded.pause());
		assertThat(this.rates.take("a", false, 0)).isNull();
		assertThat(this.rates.take("a", false, 0)).isNotNull();
	}

	@Test
	void largeBodyIsLetInAndPaidForAfterwards() {
		assertThat(this.rates.take("a", true, 5000)).isNull();
		Exceeded exceeded = this.rates.take("a", true, 1);
		assertThat(exceeded.limit()).isEqualTo("bytes");
		assertThat(exceeded.pause()).isBetween(Duration.ofMillis(4000), Duration.ofMillis(4002));
		assertThat(this.rates.take("a", false, 0)).as("without a body").isNull();
		pass(exceeded.pause());
		assertThat(this.rates.take("a", true, 5000)).as("as large as before").isNull();
	}

	@Test
	void bytesThatAreCountedAsTheyComeAreADebtToo() {
		assertThat(this.rates.take("a", true, 0)).isNull();
		this.rates.charge("a", 1500);
		assertThat(this.rates.take("a", true, 0)).isNotNull();
		pass(Duration.ofMillis(502));
		assertThat(this.rates.take("a", true, 0)).isNull();
	}

	@Test
	void refusalCostsNothing() {
		this.rates.take("a", true, 2000);
		for (int i = 0; i < 1000; i++) {
			assertThat(this.rates.take("a", true, 2000)).isNotNull();
		}
		assertThat(requestsTaken("a", 50)).as("none of the refused is a request").isEqualTo(9);
		pass(Duration.ofMillis(1002));
		assertThat(this.rates.take("a", true, 1)).as("nor are its bytes").isNull();
	}

	@Test
	void principalOfItsOwnHasTheDefaultForWhatItLeavesOut() {
		assertThat(requestsTaken("fast", 2000)).isEqualTo(1000);
		pass(Duration.ofSeconds(1));
		assertThat(this.rates.take("fast", true, 2000)).isNull();
		assertThat(this.rates.take("fast", true, 2000).limit()).isEqualTo("bytes");
	}

	@Test
	void highestRateCanBeKept() {
		assertThat(this.rates.take("free", true, 256L << 20)).isNull();
		assertThat(this.rates.take("free", true, 256L << 20)).isNull();
	}

	@Test
	void whoSentNothingLatelyTakesNoMemory() {
		for (int i = 0; i < 100_000; i++) {
			this.rates.take("principal-" + i, false, 0);
			pass(Duration.ofMillis(1));
		}
		assertThat(this.rates.size()).isLessThanOrEqualTo(1000);
	}

	@Test
	void whoHasUsedSomethingIsNotForgotten() {
		requestsTaken("a", 10);
		this.rates.take("b", true, 5000);
		for (int i = 0; i < 5000; i++) {
			this.rates.take("principal-" + i, false, 0);
		}
		assertThat(requestsTaken("a", 1)).isZero();
		pass(Duration.ofSeconds(2));
		for (int i = 5000; i < 15_000; i++) {
			this.rates.take("principal-" + i, false, 0);
		}
		assertThat(this.rates.take("b", true, 1)).isNotNull();
	}

	@ParameterizedTest
	@CsvSource({ "0,1,1,1", "1,0,1,1", "1,1,0,1", "1,1,1,0", "1000000001,1,1,1", "1,1000000001,1,1" })
	void refusesWhatIsOutOfRange(int requests, long bytes, int producers, int readers) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new Quota(requests, DataSize.ofBytes(bytes), producers, readers))
			.withMessageStartingWith("gateway.quotas.");
	}

	@Test
	void headersAreStructuredFields() {
		Problems requests = Problems.of(Exceeded.requests(100, 1).problem("orders").toException());
		assertThat(requests.status()).isEqualTo(429);
		assertThat(requests.code()).isEqualTo("QUOTA_EXCEEDED");
		assertThat(requests.headers().getFirst("Retry-After")).isEqualTo("1");
		assertThat(requests.headers().getFirst("RateLimit-Policy")).isEqualTo("\"requests\";q=100;w=1");
		assertThat(requests.headers().getFirst("RateLimit")).isEqualTo("\"requests\";r=0;t=1");
		Problems bytes = Problems.of(Exceeded.bytes(1000, 4_000_000_001L).problem("orders").toException());
		assertThat(bytes.headers().getFirst("Retry-After")).isEqualTo("5");
		assertThat(bytes.headers().getFirst("RateLimit-Policy")).isEqualTo("\"bytes\";q=1000;qu=\"content-bytes\";w=1");
		assertThat(bytes.headers().getFirst("RateLimit")).isEqualTo("\"bytes\";r=0;t=5");
	}

}
