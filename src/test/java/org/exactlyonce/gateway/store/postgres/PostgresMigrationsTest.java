package org.exactlyonce.gateway.store.postgres;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class PostgresMigrationsTest {

	/** What the data does not allow, it does not allow ten minutes later. */
	@Test
	void doesNotBeginAnewWhereNoSessionIsInTheWay() {
		AtomicInteger runs = new AtomicInteger();
		assertThatIllegalStateException().isThrownBy(() -> PostgresMigrations.patiently(() -> {
			runs.incrementAndGet();
			throw new IllegalStateException(new SQLException("ERROR: could not create unique index", "23505"));
		}));
		assertThat(runs).hasValue(1);
	}

}
