package org.exactlyonce.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A log of a given length, and the packaged gateway on it.
 */
final class StoredLog implements AutoCloseable {

	/** The same small heap for all; H2 makes its cache larger in a larger one. */
	private static final List<String> JVM = List.of("-Xmx512m");

	private final Database database;

	private final Storage storage;

	private final long batches;

	private List<Long> producers = List.of();

	private @Nullable GatewayProcess gateway;

	/**
	 * Begins an empty log.
	 * @param folder where; absent
	 * @param batches how many it is to have
	 */
	StoredLog(Database database, Path folder, long batches) throws IOException {
		this.database = database;
		this.storage = new Storage(database, Files.createDirectories(folder));
		this.batches = batches;
	}

	/** Stores the batches; leaves the gateway stopped. */
	void fill(Consumer<String> progress) throws IOException, SQLException {
		start();
		this.producers = LogFiller.begin(gateway().client());
		stop();
		try (Connection connection = connect()) {
			new LogFiller(this.database, connection, progress).fill(this.batches);
		}
		progress.accept(
				String.format(Locale.ROOT, "%,d batches take %,d MB", this.batches, this.storage.bytes() / 1_000_000));
	}

	/**
	 * Starts the gateway.
	 * @return the seconds until it was ready
	 */
	double start() {
		long began = System.nanoTime();
		this.gateway = GatewayProcess.startOptimised(JVM, this.storage.arguments());
		return (System.nanoTime() - began) / 1e9;
	}

	/** Stops the gateway as its users do. */
	void stop() {
		gateway().terminate();
		gateway().exitCode();
	}

	void kill() {
		gateway().kill();
	}

	/** What the gateway has written, to find out why it failed. */
	String output() {
		return gateway().output();
	}

	/** The gateway, once it was started. */
	GatewayProcess gateway() {
		if (this.gateway == null) {
			throw new IllegalStateException("The gateway was not started");
		}
		return this.gateway;
	}

	/** A connection to its database; to H2 only while no gateway runs. */
	Connection connect() throws SQLException {
		return this.storage.connect();
	}

	/** The database's product and version. */
	String product() throws SQLException {
		return this.storage.product();
	}

	/** How many batches it has by now; each has one record. */
	long end() {
		return gateway().client().get("/partitions/0").json().get("logEndOffset").longValue();
	}

	/** Checks that the gateway finds the log as if it had stored it. */
	void check() {
		require("the end of the partition", this.batches, end());
		for (long producer : this.producers) {
			JsonNode state = gateway().client().get("/producers/" + producer).json().at("/partitions/0");
			require("the next sequence of producer " + producer, this.batches / LogFiller.PRODUCERS,
					state.path("nextSequence").longValue(-1));
		}
		long page = Math.min(PageReader.LIMIT, this.batches);
		for (long offset : new long[] { 0, (this.batches - page) / 2, this.batches - page }) {
			checkPage(offset, page);
		}
	}

	private void checkPage(long first, long count) {
		long offset = first;
		for (JsonNode found : gateway().client()
			.get("/partitions/0/records?offset=" + first + "&limit=" + count)
			.json()
			.path("records")) {
			require("an offset", offset, found.path("offset").longValue(-1));
			require("the producer at " + offset, this.producers.get((int) (offset % LogFiller.PRODUCERS)),
					found.path("producerId").longValue(-1));
			require("the sequence at " + offset, offset / LogFiller.PRODUCERS, found.path("sequence").longValue(-1));
			require("the length of the value at " + offset, RequestBytes.VALUE.length(),
					found.path("value").toString().length());
			offset++;
		}
		require("the end of the page at " + first, first + count, offset);
	}

	private static void require(String what, long stored, long found) {
		if (stored != found) {
			throw new IllegalStateException(
					"Stored and found do not agree: %s, %d and %d".formatted(what, stored, found));
		}
	}

	/** Appends, and looks whether all of it is in the log. */
	Histogram append(int connections, Duration duration) throws IOException {
		GatewayClient client = gateway().client();
		Scenario scenario = new Scenario(connections, 1, 1, 0, Scenario.Form.JSON);
		List<Long> senders = IntStream.range(0, connections).mapToObj((i) -> client.newProducer()).toList();
		LogAudit audit = new LogAudit(client, Variant.GATEWAY, scenario);
		try (Load<Sender> load = Load.of(gateway().port(), Variant.GATEWAY, scenario, senders)) {
			Histogram latencies = load.run(duration);
			audit.check(gateway().port(), load.connections());
			return latencies;
		}
	}

	/**
	 * Sends again what it was filled with.
	 * @param reach how many of a producer's batches, from the last one back, are sent
	 */
	Histogram repeat(int connections, long reach, Duration duration) throws IOException {
		int port = gateway().port();
		long batches = this.batches / LogFiller.PRODUCERS;
		try (Load<Repeater> load = new Load<>(connections, (selector, number) -> new Repeater(port, selector, number,
				this.producers.get(number), Math.max(0, batches - reach), batches))) {
			return load.run(duration);
		}
	}

	/**
	 * Reads pages over one connection.
	 * @param place where in the log: 0 is its start, 1 its end; they begin within a
	 * hundredth of it
	 */
	Histogram read(double place, Duration duration) throws IOException {
		int port = gateway().port();
		long starts = end() - PageReader.LIMIT;
		long width = Math.max(1, starts / 100);
		long from = (long) (place * (starts - width));
		try (Load<PageReader> load = new Load<>(1,
				(selector, number) -> new PageReader(port, selector, from, from + width))) {
			return load.run(duration);
		}
	}

	/**
	 * Reads all that it was filled with over one connection, and checks every record.
	 * @return records a second
	 */
	double readBack() throws IOException {
		try (ReadBack log = new ReadBack(gateway().port(), this.producers)) {
			log.read(0, 0, this.batches);
			return log.rate();
		}
	}

	/** The heap that is in use once garbage is collected. */
	double heapMegabytes() {
		gateway().collectGarbage();
		return gateway().client()
			.get("/actuator/metrics/jvm.memory.used?tag=area:heap")
			.json()
			.at("/measurements/0/value")
			.doubleValue() / 1e6;
	}

	@Override
	public void close() throws IOException {
		if (this.gateway != null) {
			this.gateway.close();
		}
		this.storage.close();
	}

}
