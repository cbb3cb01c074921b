package org.exactlyonce.gateway.proof.upgrade;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;

import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.PostgresServer;

class UpgradeOnPostgresIT extends UpgradeContract {

	UpgradeOnPostgresIT() {
		super("postgresql.json");
	}

	@Override
	GatewayInProcess open(String... settings) {
		String url = PostgresServer.newDatabase();
		try (Connection connection = DriverManager.getConnection(url, "postgres", "");
				Statement statement = connection.createStatement()) {
			statement.execute(new String(OldData.read("postgresql.sql"), StandardCharsets.UTF_8));
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
		return GatewayInProcess
			.on(Stream.of(GatewayProcess.onPostgres(url), settings).flatMap(Stream::of).toArray(String[]::new));
	}

}
