package org.exactlyonce.gateway.store.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.PostgresServer;
import org.exactlyonce.gateway.support.StartAttempt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.gateway.support.StartAttempt.assertRefused;

/**
 * A PostgreSQL that cannot be used stops the start in two sentences; one whose schema
 * another application uses takes a schema of the gateway's own.
 */
@ExtendWith(OutputCaptureExtension.class)
class PostgresStartIT {

	private final String url = PostgresServer.newDatabase();

	private final String database = this.url.substring(this.url.lastIndexOf('/') + 1);

	private void execute(String... statements) throws SQLException {
		try (Connection connection = DriverManager.getConnection(this.url, "postgres", "");
				Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

	private static List<String> as(String url, String role) {
		return List.of("--spring.datasource.url=" + url, "--spring.datasource.username=" + role,
				"--gateway.partitions=1");
	}

	private String sibling(String name) {
		return this.url.substring(0, this.url.lastIndexOf('/') + 1) + name;
	}

	/** With tables of the names and another shape, and their sequence. */
	private void useByOthers() throws SQLException {
		execute("create table producer (shop text)", "create sequence producer_id_seq", "create table orders (id int)");
	}

	@Test
	void refusesASchemaThatOthersUse(CapturedOutput output) throws SQLException {
		useByOthers();
		assertRefused(output, as(this.url, "postgres"), "has tables, and they are not the gateway's",
				"?currentSchema=gateway", "baselineOnMigrate");
	}

	@ParameterizedTest
	@CsvSource({ "gateway,gateway", "Gateway,gateway", "%22Gate Way%22,Gate Way", "'gateway,public',public" })
	void usesTheSchemaOfTheUrlAndMakesItIfNeedBe(String setting, String schema) throws SQLException {
		if (!schema.equals("public")) {
			useByOthers();
		}
		try (GatewayInProcess gateway = GatewayInProcess
			.on(GatewayProcess.onPostgres(this.url + "?currentSchema=" + setting, "--gateway.partitions=1"))) {
			long producer = gateway.client().newProducer();
			assertThat(gateway.client().append(0, producer, 0, "1").status()).isEqualTo(201);
			gateway.restart();
			assertThat(gateway.client().append(0, producer, 0, "1").status()).isEqualTo(200);
		}
		try (Connection connection = DriverManager.getConnection(this.url, "postgres", "");
				Statement statement = connection.createStatement();
				ResultSet found = statement.executeQuery("select count(*) from \"" + schema + "\".record_batch")) {
			found.next();
			assertThat(found.getInt(1)).isEqualTo(1);
		}
	}

	@Test
	void namesTheRoleAndTheSchemaThatItMayNotCreateIn(CapturedOutput output) throws SQLException {
		String role = "reader_" + this.database;
		execute("create role " + role + " login", "revoke create on schema public from public");
		assertRefused(output, as(this.url, role), "The role " + role + " may not create tables in the schema public",
				"GRANT USAGE, CREATE ON SCHEMA public TO \"" + role + "\"");
		assertRefused(output, as(this.url + "?currentSchema=own", role),
				"The role " + role + " may not create a schema in the database " + this.database,
				"GRANT CREATE ON DATABASE " + this.database + " TO \"" + role + "\"");
	}

	@Test
	void namesWhatDoesNotExist(CapturedOutput output) {
		assertRefused(output, as(sibling("absent"), "postgres"), "database \"absent\" does not exist",
				"CREATE DATABASE \"absent\" ENCODING 'UTF8' TEMPLATE template0");
		assertRefused(output, as(this.url, "absent"), "does not let the role absent in", "SPRING_DATASOURCE_USERNAME");
		assertRefused(output, as("jdbc:postgresql://localhost:1/gateway?password=secret", "postgres"),
				"PostgreSQL at jdbc:postgresql://localhost:1/gateway is not reachable", "SPRING_DATASOURCE_URL");
		assertThat(output).doesNotContain("secret");
	}

	@Test
	void refusesAnEncodingThatLacksCharacters(CapturedOutput output) throws SQLException {
		String latin = this.database + "_latin1";
		execute("create database " + latin + " encoding 'LATIN1' template template0 lc_collate 'C' lc_ctype 'C'");
		assertRefused(output, as(sibling(latin), "postgres"), "The database has the encoding LATIN1",
				"CREATE DATABASE gateway ENCODING 'UTF8' TEMPLATE template0");
	}

	@Test
	void keepsEveryNameInAnEncodingThatTakesBytes() throws SQLException {
		String ascii = this.database + "_ascii";
		execute("create database " + ascii + " encoding 'SQL_ASCII' template template0 lc_collate 'C' lc_ctype 'C'");
		try (GatewayInProcess gateway = GatewayInProcess.on(as(sibling(ascii), "postgres").toArray(String[]::new))) {
			assertThat(gateway.client().register("snow ☃ 🦄").status()).isEqualTo(201);
			assertThat(gateway.client().register("snow ☃ 🦄").json().get("name").stringValue()).isEqualTo("snow ☃ 🦄");
		}
	}

	@Test
	void refusesASchemaOfANewerVersion(CapturedOutput output) throws SQLException {
		GatewayInProcess.on(as(this.url, "postgres").toArray(String[]::new)).close();
		execute(StartAttempt.NEWER_SCHEMA);
		assertRefused(output, as(this.url, "postgres"), "The database has the schema of a newer gateway: version 9999",
				"Start the gateway that wrote it");
	}

}
