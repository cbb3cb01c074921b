package org.exactlyonce.gateway.store;

import java.sql.SQLException;

import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessResourceFailureException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a failure means that says it without an SQLState.
 */
class StoreFailureTest {

	@Test
	void closedDatabaseIsUnavailable() {
		assertThat(StoreFailure.of(new DataAccessResourceFailureException("closed")))
			.isEqualTo(StoreFailure.UNAVAILABLE);
	}

	@Test
	void fullDiskIsUnavailable() {
		assertThat(StoreFailure.of(new StoreFullException("full"))).isEqualTo(StoreFailure.UNAVAILABLE);
	}

	@Test
	void unknownStateIsUnavailable() {
		assertThat(StoreFailure.of(new IllegalStateException(new SQLException("?", (String) null))))
			.isEqualTo(StoreFailure.UNAVAILABLE);
	}

	@Test
	void ownFaultsCountAsData() {
		assertThat(StoreFailure.of(new IllegalStateException())).isEqualTo(StoreFailure.DATA);
	}

}
