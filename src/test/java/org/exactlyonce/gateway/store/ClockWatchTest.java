package org.exactlyonce.gateway.store;

import java.nio.file.Path;
import java.time.Duration;

import com.zaxxer.hikari.HikariDataSource;
import org.exactlyonce.gateway.support.MovableClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

@ExtendWith(OutputCaptureExtension.class)
class ClockWatchTest {

	private final MovableClock clock = new MovableClock();

	@TempDir
	private Path folder;

	@Test
	void warnsOfAClockFarFromTheDatabases(CapturedOutput output) {
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.setJdbcUrl("jdbc:h2:file:" + this.folder + "/clock");
			pool.setUsername("sa");
			pool.setAutoCommit(false);
			ClockWatch watch = new ClockWatch(pool, mock(Store.class), this.clock);
			assertThat(watch.health().getDetails()).isEmpty();
			watch.look();
			assertThat(watch.health().getDetails()).containsOnlyKeys("aheadOfDatabaseMillis");
			assertThat(output).doesNotContain("The clock of this machine");
			this.clock.set(Duration.ofHours(2));
			watch.look();
			watch.look();
			assertThat(output.getAll().split("s ahead of the database's", -1)).as("reported once").hasSize(2);
			assertThat(watch.health().getStatus()).isEqualTo(Status.UP);
			assertThat((long) watch.health().getDetails().get("aheadOfDatabaseMillis")).isBetween(7_100_000L,
					7_300_000L);
			assertThat(watch.health().getDetails()).containsKey("warning");
			this.clock.set(Duration.ofHours(-2));
			for (int look = 0; look < 60; look++) {
				watch.look();
			}
			assertThat(output).as("reported again").contains("s behind the database's");
			this.clock.set(Duration.ZERO);
			watch.look();
			assertThat(watch.health().getDetails()).doesNotContainKey("warning");
		}
	}

}
