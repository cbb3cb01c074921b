package org.exactlyonce.gateway.commit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.exactlyonce.gateway.GatewayApplication;
import org.exactlyonce.gateway.bounds.PageMemory;
import org.exactlyonce.gateway.bounds.ReadLimits;
import org.exactlyonce.gateway.log.BatchComparer;
import org.exactlyonce.gateway.log.LogReader;
import org.exactlyonce.gateway.producer.Registrations;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.record.TestRecords;
import org.exactlyonce.gateway.sequence.AppendDecision;
import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.exactlyonce.gateway.support.PostgresServer;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The gateway without its web server, on one database. Starts are expensive, so the tests
 * of a run share one log a database, and each takes partitions and producers of its own.
 */
public final class TestLog {

	static final int PARTITIONS = 128;

	private static @Nullable TestLog h2;

	private static @Nullable TestLog postgres;

	public final ConfigurableApplicationContext context;

	public final Registrations registrations;

	public final JdbcTemplate jdbc;

	private final TransactionTemplate transaction;

	private final AtomicInteger partitions = new AtomicInteger(8);

	private TestLog(int lanes, String... properties) {
		this.context = new SpringApplicationBuilder(GatewayApplication.class).web(WebApplicationType.NONE)
			.run(Stream
				.concat(Stream.of("gateway.partitions=" + PARTITIONS, "gateway.commit.lanes=" + lanes,
						"logging.level.root=warn", "spring.main.banner-mode=off",
						"spring.jpa.properties.hibernate.session_factory.statement_inspector="
								+ StatementLog.class.getName()),
						Stream.of(properties))
				.map("--"::concat)
				.toArray(String[]::new));
		this.registrations = Registrations.of(this.context);
		this.jdbc = new JdbcTemplate(this.context.getBean(DataSource.class));
		this.transaction = this.context.getBean(TransactionTemplate.class);
	}

	public static synchronized TestLog h2() {
		if (h2 == null) {
			h2 = onH2(temporaryFolder(), 4);
		}
		return h2;
	}

	public static synchronized TestLog postgres() {
		if (postgres == null) {
			postgres = onPostgres(PostgresServer.newDatabase());
		}
		return postgres;
	}

	static TestLog onPostgres(String url) {
		return new TestLog(4, "spring.datasource.url=" + url, "spring.datasource.username=postgres");
	}

	public static TestLog onH2(Path folder, int lanes) {
		return new TestLog(lanes, "gateway.data-dir=" + folder);
	}

	private static Path temporaryFolder() {
		try {
			Path folder = Files.createTempDirectory("gateway-test");
			Runtime.getRuntime().addShutdownHook(new Thread(() -> FileSystemUtils.deleteRecursively(folder.toFile())));
			return folder;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	/**
	 * A partition that no other test writes to. The first eight are for tests that share.
	 */
	public int newPartition() {
		int partition = this.partitions.getAndIncrement();
		assertThat(partition).as("raise TestLog.PARTITIONS").isLessThan(PARTITIONS);
		return partition;
	}

	public ProducerIdentity newProducer() {
		return new ProducerIdentity(this.registrations.register(null).producerId(), 0);
	}

	/** Commits the requests as one group, as a lane does. */
	public List<AppendOutcome> commit(AppendRequest... requests) {
		List<Judgement> judgements = bean(GroupTransaction.class).append(List.of(requests));
		List<Retry> retries = new ArrayList<>();
		for (int i = 0; i < requests.length; i++) {
			if (judgements.get(i) instanceof Judgement.Repeated repeated) {
				retries.add(new Retry(Appends.pending(requests[i]), repeated));
			}
		}
		Iterator<AppendOutcome> compared = compare(retries).iterator();
		return judgements.stream().map((judgement) -> judgement.match(new Outcomes(compared))).toList();
	}

	private record Outcomes(Iterator<AppendOutcome> compared) implements Judgement.Cases<AppendOutcome> {

		@Override
		public AppendOutcome stored(Judgement.Stored judgement) {
			return new AppendOutcome.Stored(judgement.receipts());
		}

		@Override
		public AppendOutcome refused(Judgement.Refused judgement) {
			return new AppendOutcome.Refused(judgement.refusal());
		}

		@Override
		public AppendOutcome repeated(Judgement.Repeated judgement) {
			return this.compared.next();
		}

		@Override
		public AppendOutcome placed(Judgement.Placed judgement) {
			return new AppendOutcome.Placed(judgement.places());
		}

		@Override
		public AppendOutcome idReused(Judgement.IdReused judgement) {
			return new AppendOutcome.IdReused(judgement.firstMismatch());
		}

		@Override
		public AppendOutcome gone(Judgement.Gone judgement) {
			return new AppendOutcome.Gone();
		}

	}

	private List<AppendOutcome> compare(List<Retry> retries) {
		List<AppendOutcome> outcomes = new ArrayList<>();
		if (!retries.isEmpty()) {
			List<Optional<Receipt>> receipts = bean(DuplicateVerifier.class).verify(retries);
			for (int i = 0; i < retries.size(); i++) {
				Retry retry = retries.get(i);
				outcomes.add(receipts.get(i)
					.<AppendOutcome>map(AppendOutcome.Stored::new)
					.orElseGet(() -> retry.compare(bean(BatchComparer.class))));
			}
		}
		return outcomes;
	}

	public Receipt stored(AppendRequest request) {
		return receipt(commit(request).get(0));
	}

	static Receipt receipt(AppendOutcome outcome) {
		assertThat(outcome).isInstanceOf(AppendOutcome.Stored.class);
		return ((AppendOutcome.Stored) outcome).receipt();
	}

	public AppendDecision.Refusal refused(AppendRequest request) {
		AppendOutcome outcome = commit(request).get(0);
		assertThat(outcome).isInstanceOf(AppendOutcome.Refused.class);
		return ((AppendOutcome.Refused) outcome).refusal();
	}

	/** Everything in a partition, read page by page. */
	public List<LogReader.StoredRecord> read(int partition) {
		List<LogReader.StoredRecord> records = new ArrayList<>();
		List<LogReader.StoredRecord> page;
		do {
			page = page(partition, records.size(), 10_000).records();
			records.addAll(page);
		}
		while (!page.isEmpty());
		return records;
	}

	public LogReader.Page page(int partition, long offset, int limit) {
		try (PageMemory memory = bean(ReadLimits.class).memory()) {
			return bean(LogReader.class).read(partition, offset, limit, memory);
		}
	}

	public long rows(String sql, Object... arguments) {
		Long count = inTransaction(() -> this.jdbc.queryForObject(sql, Long.class, arguments));
		return (count != null) ? count : 0;
	}

	public int update(String sql, Object... arguments) {
		Integer count = inTransaction(() -> this.jdbc.update(sql, arguments));
		return (count != null) ? count : 0;
	}

	public <T> @Nullable T inTransaction(java.util.function.Supplier<@Nullable T> work) {
		return this.transaction.execute((status) -> work.get());
	}

	public static AppendRequest request(int partition, @Nullable ProducerIdentity producer, long baseSequence,
			String... values) {
		return request(partition, producer, baseSequence, Stream.of(values).map(TestRecords::json).toList());
	}

	public static AppendRequest request(int partition, @Nullable ProducerIdentity producer, long baseSequence,
			List<LogRecord> records) {
		return new AppendRequest(partition, Appends.identity(producer, baseSequence, records.size()),
				TestRecords.batch(records), Patience.NONE, null);
	}

	public static String text(LogReader.StoredRecord stored) {
		return new String(stored.record().value().bytes(), StandardCharsets.UTF_8);
	}

	/** Where a partition ends. */
	long end(int partition) {
		return bean(LogReader.class).bounds(partition).end();
	}

}
