package org.exactlyonce.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.OwnPostgres;
import org.h2.engine.Constants;
import org.jspecify.annotations.Nullable;
import org.HdrHistogram.Histogram;

import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/**
 * A gateway with both yardsticks on an empty database, in a process of its own.
 */
final class Target implements AutoCloseable {

	private final @Nullable OwnPostgres postgres;

	private final GatewayProcess gateway;

	private Target(@Nullable OwnPostgres postgres, String... arguments) {
		this.postgres = postgres;
		this.gateway = GatewayProcess.startMain(BenchmarkApplication.class, arguments);
	}

	/**
	 * Starts one.
	 * @param folder takes the data; empty
	 */
	static Target start(Database database, Path folder) throws IOException {
		if (database == Database.H2) {
			return new Target(null, "--gateway.data-dir=" + folder);
		}
		OwnPostgres postgres = new OwnPostgres(folder);
		try {
			return new Target(postgres, postgres.arguments());
		}
		catch (RuntimeException ex) {
			postgres.close();
			throw ex;
		}
	}

	/** Keeps the server's start and stop off the terminal, which shows the progress. */
	static void silencePostgres() {
		LoggingSystem.get(Target.class.getClassLoader()).setLogLevel("io.zonky.test", LogLevel.WARN);
	}

	/** The database's product and version. */
	String database() throws SQLException {
		if (this.postgres == null) {
			return "H2 " + Constants.VERSION;
		}
		try (Connection connection = DriverManager.getConnection(this.postgres.url(), "postgres", "")) {
			return "PostgreSQL " + connection.getMetaData().getDatabaseProductVersion().replaceAll(" .*", "");
		}
	}

	/** Puts a load on a variant, and checks what it has stored. */
	Sample measure(Variant variant, Scenario scenario, Duration duration) throws IOException {
		GatewayClient client = this.gateway.client();
		List<Long> producers = IntStream.range(0, scenario.connections())
			.mapToObj((i) -> client.newProducer())
			.toList();
		LogAudit audit = new LogAudit(client, variant, scenario);
		try (Load load = new Load(this.gateway.port(), variant, scenario, producers)) {
			Counters before = counters(client);
			Histogram latencies = load.run(duration);
			Counters used = counters(client).since(before);
			double readBack = audit.check(this.gateway.port(), load.senders());
			long retries = load.senders().stream().mapToLong(Sender::retries).sum();
			return new Sample(duration.toNanos() / 1e9, latencies, scenario.batch(), used, retries, readBack);
		}
	}

	private Counters counters(GatewayClient client) throws IOException {
		return Counters.read(client, this.gateway.handle(),
				(this.postgres != null) ? this.postgres.processes() : List.of());
	}

	@Override
	public void close() throws IOException {
		this.gateway.close();
		if (this.postgres != null) {
			this.postgres.close();
		}
	}

}
