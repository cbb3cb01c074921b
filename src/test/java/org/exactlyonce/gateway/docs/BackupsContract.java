package org.exactlyonce.gateway.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A backup is put back as docs/operations.md says, by its very statements: no id is given
 * a second time.
 */
abstract class BackupsContract {

	@TempDir
	Path folder;

	/** Starts the gateway on the data that is there. */
	abstract GatewayInProcess start();

	/** Copies the data that no gateway has open. */
	abstract void save() throws IOException;

	/** Puts the copy in the place of the data. */
	abstract void putBack() throws IOException;

	abstract String url();

	abstract String user();

	/** How the statements begin that the page has for this database. */
	abstract String statement();

	@Test
	void noIdIsGivenAgain() throws IOException, SQLException {
		long before;
		try (GatewayInProcess gateway = start()) {
			before = gateway.client().newProducer();
			assertThat(gateway.client().append(0, before, 0, "0").status()).isEqualTo(201);
		}
		save();
		long since;
		try (GatewayInProcess gateway = start()) {
			GatewayClient client = gateway.client();
			since = client.newProducer();
			assertThat(client.append(0, before, 1, "1").status()).isEqualTo(201);
			assertThat(client.append(0, since, 0, "0").status()).isEqualTo(201);
			assertThat(client.putTopic("since", "{}").status()).isEqualTo(201);
		}
		putBack();
		moveIdsOn();
		try (GatewayInProcess gateway = start()) {
			GatewayClient client = gateway.client();
			assertThat(client.append(0, before, 0, "0").status()).isEqualTo(200);
			assertThat(client.append(0, before, 2, "2").code()).isEqualTo("OUT_OF_ORDER_SEQUENCE_NUMBER");
			assertThat(client.append(0, before, 0, "1").status()).isEqualTo(422);
			long fresh = client.newProducer();
			assertThat(fresh).isGreaterThan(1_000_000);
			assertThat(client.append(0, since, 0, "0").code()).isEqualTo("UNKNOWN_PRODUCER_ID");
			assertThat(client.putTopic("since", "{}").status()).isEqualTo(201);
			assertThat(client.append("/topics/since/partitions/0", fresh, 0, 0, "0").status()).isEqualTo(201);
		}
	}

	private void moveIdsOn() throws IOException, SQLException {
		List<String> statements = Files.readAllLines(Path.of("docs/operations.md"))
			.stream()
			.map(String::strip)
			.filter((line) -> line.startsWith(statement()))
			.toList();
		assertThat(statements).hasSize(4);
		try (Connection connection = DriverManager.getConnection(url(), user(), "");
				Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

}
