package org.exactlyonce.gateway.store.h2;

import java.sql.Connection;
import java.sql.SQLException;

import com.zaxxer.hikari.HikariDataSource;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.OnH2;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * H2 plans all statements of all connections anew once one has changed a setting of its
 * own.
 */
@OnH2
class H2StatementsTest {

	@LocalServerPort
	private int port;

	@Autowired
	private HikariDataSource pool;

	@Autowired
	@Qualifier("dbHealthContributor")
	private HealthIndicator health;

	private GatewayClient client;

	private long producer;

	private long sequence;

	@BeforeEach
	void connect() {
		this.client = new GatewayClient(this.port);
		this.producer = this.client.newProducer();
	}

	@Test
	void appendsAndReadsLeaveStatementsPrepared() throws SQLException {
		appendAndRead();
		long before = changes();
		appendAndRead();
		assertThat(changes()).isEqualTo(before);
	}

	@Test
	void questionsForItsHealthLeaveStatementsPrepared() throws SQLException {
		long before = changes();
		assertThat(this.health.health().getStatus()).isEqualTo(Status.UP);
		assertThat(changes()).isEqualTo(before);
	}

	private void appendAndRead() {
		assertThat(this.client.append(6, this.producer, this.sequence++, "1").status()).isEqualTo(201);
		assertThat(this.client.get("/partitions/6/records?offset=earliest").status()).isEqualTo(200);
	}

	private long changes() throws SQLException {
		try (Connection connection = this.pool.getConnection()) {
			return ((SessionLocal) connection.unwrap(JdbcConnection.class).getSession()).getDatabase()
				.getModificationMetaId();
		}
	}

}
