package org.exactlyonce.gateway.store;

import java.sql.SQLException;

import org.exactlyonce.gateway.statement.StoreFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.dao.DataAccessResourceFailureException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a failure means for the group, and whether it may have been committed.
 */
class StoreFailureTest {

	@ParameterizedTest
	@CsvSource({ "22001, DATA", "22003, DATA", "23502, DATA", "23514, DATA", "23505, CONTENTION", "40001, CONTENTION",
			"40P01, CONTENTION", "55P03, CONTENTION", "HYT00, CONTENTION", "08006, UNAVAILABLE", "08003, UNAVAILABLE",
			"25P02, UNAVAILABLE", "40003, UNAVAILABLE", "53100, UNAVAILABLE", "57014, UNAVAILABLE",
			"57P01, UNAVAILABLE", "58030, UNAVAILABLE" })
	void sqlStateDecides(String state, StoreFailure failure) {
		assertThat(StoreFailure.of(new IllegalStateException(new SQLException("?", state)))).isEqualTo(failure);
	}

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
