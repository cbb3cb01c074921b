package org.exactlyonce.gateway.store;

import org.junit.jupiter.api.Test;

import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

class DatabaseUrlTest {

	private static final String POSTGRESQL = "jdbc:postgresql://localhost/gateway";

	private final MockEnvironment environment = new MockEnvironment().withProperty("spring.datasource.url",
			"jdbc:h2:file:./data/gateway");

	@Test
	void isThatOfTheDataSource() {
		assertThat(DatabaseUrl.of(this.environment)).isEqualTo("jdbc:h2:file:./data/gateway");
		assertThat(DatabaseUrl.namesPostgres(this.environment)).isFalse();
		this.environment.setProperty("spring.datasource.url", POSTGRESQL);
		assertThat(DatabaseUrl.namesPostgres(this.environment)).isTrue();
	}

	@Test
	void isThatOfThePoolWhereItHasOne() {
		this.environment.setProperty("spring.datasource.hikari.jdbc-url", POSTGRESQL);
		assertThat(DatabaseUrl.of(this.environment)).isEqualTo(POSTGRESQL);
		assertThat(DatabaseUrl.namesPostgres(this.environment)).isTrue();
	}

	@Test
	void mayBeMissing() {
		assertThat(DatabaseUrl.namesPostgres(new MockEnvironment())).isFalse();
	}

}
