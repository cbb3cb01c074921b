package org.exactlyonce.gateway.proof.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.exactlyonce.gateway.support.OwnPostgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nothing lost, nothing twice, nothing out of order, whatever is killed. The short run;
 * the long one is {@code ./mvnw -Pfaults verify}. What a failed run has done is done
 * again with the {@code -Dfaults.seed} it has printed.
 */
class FaultsIT {

	private final FaultSettings settings = FaultSettings.fromSystemProperties();

	@TempDir
	private Path folder;

	@Test
	void embeddedDatabaseKeepsItsPromises() throws IOException {
		try (FaultRun run = new FaultRun("h2", this.settings, FaultyDatabase.embedded(this.folder), 1)) {
			keepsItsPromises(run);
		}
	}

	@Test
	void twoReplicasOnPostgresKeepTheirPromises() throws IOException {
		try (FaultRun run = new FaultRun("postgresql", this.settings,
				FaultyDatabase.of(new OwnPostgres(this.folder.resolve("data"))), 2)) {
			keepsItsPromises(run);
		}
	}

	private void keepsItsPromises(FaultRun run) throws IOException {
		List<Violation> violations = run.run();
		assertThat(violations.stream().limit(20)).as("first of %d, %s", violations.size(), this.settings.options())
			.isEmpty();
		assertThat(run.history().acknowledged()).isGreaterThanOrEqualTo(this.settings.records());
		assertThat(run.ids().acknowledged()).isPositive();
		assertThat(run.ids().duplicates()).isPositive();
		assertThat(run.topics()).allSatisfy((topics) -> assertThat(topics.made()).isPositive());
		assertThat(run.history().knownStart(0)).as("something was deleted").isPositive();
		assertThat(run.count(Fault.KILL) + run.count(Fault.DATABASE_KILL))
			.isGreaterThanOrEqualTo(this.settings.kills());
	}

}
