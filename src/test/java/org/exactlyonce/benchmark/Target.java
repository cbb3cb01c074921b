package org.exactlyonce.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.HdrHistogram.Histogram;

/**
 * A gateway with both yardsticks on an empty database, in a process of its own.
 */
final class Target implements AutoCloseable {

	private final Storage storage;

	private final GatewayProcess gateway;

	private Target(Storage storage) {
		this.storage = storage;
		this.gateway = GatewayProcess.startMain(BenchmarkApplication.class, storage.arguments());
	}

	/**
	 * Starts one.
	 * @param folder takes the data; empty
	 */
	static Target start(Database database, Path folder) throws IOException {
		Storage storage = new Storage(database, folder);
		try {
			return new Target(storage);
		}
		catch (RuntimeException ex) {
			storage.close();
			throw ex;
		}
	}

	/** The database's product and version. */
	String database() throws SQLException {
		return this.storage.product();
	}

	/** Puts a load on a variant, and checks what it has stored. */
	Sample measure(Variant variant, Scenario scenario, Duration duration) throws IOException {
		GatewayClient client = this.gateway.client();
		List<Long> producers = IntStream.range(0, scenario.connections())
			.mapToObj((i) -> client.newProducer())
			.toList();
		LogAudit audit = new LogAudit(client, variant, scenario);
		try (Load<Sender> load = Load.of(this.gateway.port(), variant, scenario, producers)) {
			Counters before = counters(client);
			Histogram latencies = load.run(duration);
			Counters used = counters(client).since(before);
			double readBack = audit.check(this.gateway.port(), load.connections());
			long retries = load.connections().stream().mapToLong(Sender::retries).sum();
			return new Sample(duration.toNanos() / 1e9, latencies, scenario.batch(), used, retries, readBack);
		}
	}

	private Counters counters(GatewayClient client) throws IOException {
		return Counters.read(client, this.gateway.handle(), this.storage.processes());
	}

	@Override
	public void close() throws IOException {
		this.gateway.close();
		this.storage.close();
	}

}
