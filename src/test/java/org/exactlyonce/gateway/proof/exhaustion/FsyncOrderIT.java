package org.exactlyonce.gateway.proof.exhaustion;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.PostgresServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Watches the system calls of the packaged gateway, and of PostgreSQL's processes, from
 * outside: whatever is answered was written and forced to disk before the answer went to
 * the socket. Skipped, with the reason, where {@code strace} is missing or not permitted.
 * What was seen is in {@code target/fsync-order.txt}.
 */
class FsyncOrderIT {

	private static final Path REPORT = Path.of("target", "fsync-order.txt");

	/** What a group may have; one append of as much makes a group by itself. */
	private static final int LARGE = 16 << 20;

	private static final String[] ROOM = { "--gateway.append.max-batch-bytes=" + LARGE + "B",
			"--gateway.request.max-bytes=" + 2 * LARGE + "B",
			"--gateway.request.max-buffered-bytes=" + 6 * LARGE + "B" };

	/** Where a page of PostgreSQL's log ends, it splits what is written. */
	private static final int REPEATED = 3;

	private static final String NAME = "data-of-registration".repeat(REPEATED);

	@TempDir
	private Path folder;

	private final List<Request> requests = new ArrayList<>();

	@BeforeAll
	static void beginReport() throws IOException {
		Strace.assumeAvailable();
		Files.deleteIfExists(REPORT);
	}

	@Test
	void h2SyncsItsFileBeforeAnyAnswer() throws IOException {
		try (GatewayProcess gateway = GatewayProcess.start(args("--gateway.data-dir=" + this.folder.resolve("data")));
				Strace strace = Strace.attach(this.folder, List.of(gateway.pid()))) {
			drive(gateway.client(), LARGE);
			check("H2", strace.stop(), (file) -> file.endsWith("/gateway.mv.db"), true);
		}
	}

	@Test
	void postgresSyncsItsLogBeforeTheGatewayAnswers() throws IOException {
		String url = PostgresServer.newDatabase();
		try (GatewayProcess gateway = GatewayProcess.start(args(GatewayProcess.onPostgres(url)))) {
			List<Long> traced = Stream.concat(Stream.of(gateway.pid()), postgresProcesses(url).stream()).toList();
			try (Strace strace = Strace.attach(this.folder, traced)) {
				drive(gateway.client(), LARGE / 8);
				// a duplicate writes nothing, and what is visible is durable: no sync
				check("PostgreSQL", strace.stop(), (file) -> file.contains("/pg_wal/"), false);
			}
		}
	}

	private static String[] args(String... more) {
		return Stream.concat(Stream.of(ROOM), Stream.of(more)).toArray(String[]::new);
	}

	/** The server, and those that work for it, but the one that was asked. */
	private static List<Long> postgresProcesses(String url) {
		try (Connection connection = DriverManager.getConnection(url, "postgres", "");
				ResultSet answer = connection.createStatement().executeQuery("select pg_backend_pid()")) {
			answer.next();
			long asked = answer.getLong(1);
			ProcessHandle server = ProcessHandle.of(asked).orElseThrow().parent().orElseThrow();
			return Stream.concat(Stream.of(server.pid()), server.children().map(ProcessHandle::pid))
				.filter((pid) -> pid != asked)
				.toList();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** One request at a time, so that what is written is written for the one at hand. */
	private void drive(GatewayClient client, int large) {
		long producer = send(client, "registration", "/producers", "{\"name\":\"%s\"}".formatted(NAME),
				"data-of-registration", 201)
			.json()
			.get("producerId")
			.longValue();
		for (int sequence = 0; sequence < 5; sequence++) {
			append(client, "append-" + sequence, producer, sequence, "data-of-append-" + sequence, 201);
		}
		append(client, "duplicate", producer, 2, "data-of-append-2", 200);
		append(client, "gap", producer, 77, "data-of-gap", 409);
		send(client, "fence", "/producers", "{\"name\":\"%s\"}".formatted(NAME), "", 200);
		append(client, "fenced", producer, 5, "data-of-fenced", 403);
		long idleSince = System.nanoTime();
		await().until(() -> System.nanoTime() - idleSince > 1_200_000_000L);
		long other = client.newProducer();
		append(client, "after-idle", other, 0, "data-of-after-idle", 201);
		append(client, "large", other, 1, "data-of-large ", large / 14 - 10, 201);
	}

	private void append(GatewayClient client, String id, long producer, long sequence, String data, int status) {
		append(client, id, producer, sequence, data, REPEATED, status);
	}

	private void append(GatewayClient client, String id, long producer, long sequence, String data, int times,
			int status) {
		send(client, id, "/partitions/0/records",
				"{\"producerId\":%d,\"baseSequence\":%d,\"records\":[{\"value\":\"%s\"}]}".formatted(producer, sequence,
						data.repeat(times)),
				(status == 201) ? data : "", status);
	}

	private GatewayClient.Answer send(GatewayClient client, String id, String path, String json, String data,
			int status) {
		this.requests.add(new Request("X-Request: <" + id + ">", data));
		GatewayClient.Answer answer = client.send("POST", path, json.getBytes(StandardCharsets.UTF_8), "Content-Type",
				"application/json", "X-Request", "<" + id + ">");
		assertThat(answer.status()).as(answer.text()).isEqualTo(status);
		return answer;
	}

	private void check(String store, List<String> trace, Predicate<String> files, boolean always) throws IOException {
		SyncOrder order = new SyncOrder(trace, files);
		List<String> report = new ArrayList<>();
		for (Request request : this.requests) {
			report.add("");
			report.add(store + ": " + request.head);
			report.addAll(order.excerpt(request.head));
		}
		Files.write(REPORT, report, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		for (Request request : this.requests) {
			if (always || !request.data.isEmpty()) {
				assertThat(order.fault(request.head, request.data))
					.as("%s, %s: %s", store, request.head, order.excerpt(request.head))
					.isEmpty();
			}
		}
	}

	/**
	 * A request, as it is found in the trace.
	 *
	 * @param head a header that only this one has
	 * @param data what it writes; empty for nothing of its own
	 */
	private record Request(String head, String data) {
	}

}
