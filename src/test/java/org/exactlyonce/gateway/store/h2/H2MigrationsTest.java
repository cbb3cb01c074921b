package org.exactlyonce.gateway.store.h2;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import org.exactlyonce.gateway.store.StoreRefusedException;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Cuts every migration off after each of its statements; the next start has all data and
 * all tables.
 */
class H2MigrationsTest {

	/** As each version names its columns. */
	private static String insert(int version) {
		String columns = "partition_id, log_start_offset, log_end_offset, producers, "
				+ ((version >= 8) ? "row_version" : "version") + ((version >= 7) ? ", partition_number" : "");
		return "insert into log_partition (" + columns + ") values (7, 0, 42, 3, 0" + ((version >= 7) ? ", 7)" : ")");
	}

	/**
	 * One row of each table there was from the first version on, and an empty partition.
	 */
	private static List<String> rows(int version) {
		return List.of(insert(version),
				insert(version).replace("(7, 0, 42, 3, 0", "(8, 0, 0, 0, 0").replace(", 7)", ", 8)"), PRODUCER,
				"insert into producer_sequence values (1, 7, 6, 41, 2)",
				"insert into record_batch (partition_id, base_offset, record_count, producer_id, producer_epoch, "
						+ "base_sequence, digest, payload, appended_at) values (7, 40, 2, 1, 0, 5, X'" + "ab".repeat(32)
						+ "', X'0102', timestamp with time zone '2026-11-23 10:00:00.123Z')");
	}

	/** What these rows are in the end. */
	private static final List<String> ROWS = List.of(
			"log_partition where partition_id = 7 and log_start_offset = 0 and log_end_offset = 42 and producers = 3 "
					+ "and topic_id = 0 and partition_number = 7 and held_bytes is null",
			"log_partition where partition_id = 8 and log_end_offset = 0 and topic_id = 0 and partition_number = 8 "
					+ "and held_bytes = 0",
			"producer where id = 1 and name = 'orders' and epoch = 0 and owner is null",
			"producer_sequence where producer_id = 1 and partition_id = 7 and last_sequence = 6 and last_offset = 41",
			"record_batch where partition_id = 7 and base_offset = 40 and record_count = 2 and producer_id = 1 "
					+ "and base_sequence = 5 and digest = X'" + "ab".repeat(32) + "' and payload = X'0102' "
					+ "and appended_at = timestamp with time zone '2026-11-23 10:00:00.123Z'");

	private static final String PRODUCER = "insert into producer (id, name, epoch, created_at) values (1, 'orders', 0, current_timestamp)";

	private static final Path SCRIPTS = Path.of("src/main/resources/db/migration");

	private static final List<Path> FOLDERS = List.of(SCRIPTS.resolve("common"), SCRIPTS.resolve("h2"));

	@TempDir
	private Path folder;

	static Stream<Integer> versions() throws IOException {
		return IntStream.rangeClosed(1, scripts().size()).boxed();
	}

	private static List<Path> scripts() throws IOException {
		List<Path> found = new ArrayList<>();
		for (Path folder : FOLDERS) {
			try (Stream<Path> scripts = Files.list(folder)) {
				scripts.forEach(found::add);
			}
		}
		return found;
	}

	@ParameterizedTest
	@MethodSource("versions")
	void beginsAnewAfterAnyStatement(int version) throws Exception {
		List<String> statements = statements(version);
		for (int done = 0; done <= statements.size(); done++) {
			Path database = this.folder.resolve("v" + version + "-" + done).resolve("gateway");
			if (version > 1) {
				start(database, Integer.toString(version - 1));
				execute(database, rows(version - 1));
				if (version > 8) { // which is done by then
					execute(database, List.of("update log_partition set held_bytes = 0 where partition_id = 8"));
				}
				execute(database, List.of("create table kept (id int)"));
			}
			cutOff(database, statements.subList(0, done));
			start(database, "latest");
			assertThat(count(database, "\"flyway_schema_history\" where \"success\" and \"version\" is not null"))
				.as("after %d statements of V%d", done, version)
				.isEqualTo((int) versions().count());
			for (String row : ROWS) {
				assertThat(count(database, row)).as("after %d statements of V%d: %s", done, version, row)
					.isEqualTo((version > 1) ? 1 : 0);
			}
			// V7 counts the partitions that it finds
			assertThat(count(database, "topic where id = 0 and name = 'records' and retention_ms is null "
					+ "and retention_bytes is null and partitions = " + ((version > 1 && version <= 7) ? 2 : 0)))
				.isOne();
			assertThat(count(database, "topic")).isOne();
			assertThat(database.getParent())
				.isDirectoryNotContaining("glob:**{.before-migration.mv.db,.partial,.creating}");
		}
	}

	@Test
	void putsBackNothingOnceItIsDone() throws Exception {
		Path database = this.folder.resolve("gateway");
		start(database, "1");
		start(database, "latest");
		execute(database, List.of(insert(8)));
		start(database, "latest");
		assertThat(count(database, "log_partition")).isEqualTo(1);
	}

	@Test
	void leavesAFileAloneThatIsOpen() throws Exception {
		Path database = this.folder.resolve("gateway");
		start(database, "1");
		try (Connection open = DriverManager.getConnection(url(database), "sa", "")) {
			Path copy = database.resolveSibling("gateway.before-migration.mv.db");
			Files.writeString(copy, "of the process that migrates");
			migrations(database).recover(login());
			assertThat(copy).exists();
			assertThat(open.isValid(1)).isTrue();
		}
	}

	@Test
	void keepsAFileWithProducersThatWasPutWhereAStartHadFailed() throws Exception {
		Path backup = this.folder.resolve("backup").resolve("gateway");
		start(backup, "latest");
		execute(backup, List.of(PRODUCER));
		Path database = this.folder.resolve("data").resolve("gateway");
		migrations(database).recover(login()); // and the start ends here
		Files.copy(file(backup), file(database));
		start(database, "latest");
		assertThat(count(database, "producer")).isEqualTo(1);
		assertThat(database.getParent()).isDirectoryNotContaining("glob:**.creating");
	}

	@Test
	void keepsAFileThatAnOlderVersionHasServedSinceTheMigrationWasCutOff() throws Exception {
		Path database = this.folder.resolve("gateway");
		start(database, "2");
		cutOff(database, statements(3).subList(0, 1));
		execute(database, List.of(PRODUCER));
		assertThatExceptionOfType(StoreRefusedException.class).isThrownBy(() -> start(database, "latest"))
			.withMessageContaining("producers=1")
			.withMessageContaining("producers=0");
		assertThat(count(database, "producer")).isEqualTo(1);
	}

	@Test
	void deletesNothingThatCannotBeOpened() throws Exception {
		Path database = this.folder.resolve("gateway");
		migrations(database).recover(login());
		Files.writeString(file(database), "no database");
		start(database, "latest");
		try (Stream<Path> files = Files.list(this.folder)) {
			assertThat(files.filter((file) -> file.toString().contains(".unreadable-"))).singleElement()
				.satisfies((file) -> assertThat(file).hasContent("no database"));
		}
	}

	private static Path file(Path database) {
		return database.resolveSibling(database.getFileName() + ".mv.db");
	}

	private static Properties login() {
		Properties login = new Properties();
		login.setProperty("user", "sa");
		login.setProperty("password", "");
		return login;
	}

	/** What the gateway does at its start. */
	private static void start(Path database, String target) throws IOException {
		migrations(database).recover(login());
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.setJdbcUrl(url(database));
			pool.setUsername("sa");
			pool.setAutoCommit(false);
			pool.setMaximumPoolSize(3);
			H2Store store = new H2Store(pool, url(database), DataSize.ofBytes(0));
			Flyway flyway = Flyway.configure()
				.dataSource(pool)
				.locations(FOLDERS.stream().map((folder) -> "filesystem:" + folder).toArray(String[]::new))
				.target(target)
				.load();
			store.verify();
			store.migrate(() -> flyway.info().pending().length > 0, flyway::migrate);
			store.destroy();
		}
	}

	/** Leaves what a crash would leave after these statements. */
	private static void cutOff(Path database, List<String> statements) throws IOException {
		migrations(database).recover(login());
		Path cut = Files.createTempDirectory("cut");
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.setJdbcUrl(url(database));
			pool.setUsername("sa");
			pool.setMaximumPoolSize(3);
			H2Store store = new H2Store(pool, url(database), DataSize.ofBytes(0));
			store.verify();
			store.migrate(() -> true, () -> {
				run(pool, statements);
				try (Stream<Path> files = Files.list(database.getParent())) {
					run(pool, List.of("checkpoint sync"));
					for (Path file : files.toList()) {
						Files.copy(file, cut.resolve(file.getFileName()));
					}
				}
				catch (IOException ex) {
					throw new IllegalStateException(ex);
				}
			});
			store.destroy();
		}
		try (Stream<Path> files = Files.list(database.getParent())) {
			for (Path file : files.toList()) {
				Files.delete(file);
			}
		}
		try (Stream<Path> files = Files.list(cut)) {
			for (Path file : files.toList()) {
				Files.move(file, database.resolveSibling(file.getFileName()));
			}
		}
	}

	private static void run(HikariDataSource pool, List<String> statements) {
		try (Connection connection = pool.getConnection(); Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static List<String> statements(int version) throws IOException {
		Path script = scripts().stream()
			.filter((file) -> file.getFileName().toString().startsWith("V" + version + "__"))
			.findFirst()
			.orElseThrow();
		List<String> statements = Stream.of(Files.readString(script).replaceAll("(?m)^\\s*--.*$", "").split(";\\s*\n"))
			.filter((sql) -> !sql.isBlank())
			.toList();
		assertThat(statements).isNotEmpty();
		return statements;
	}

	private static H2Migrations migrations(Path database) {
		H2Migrations migrations = H2Migrations.of(url(database));
		assertThat(migrations).isNotNull();
		return migrations;
	}

	private static String url(Path database) {
		return "jdbc:h2:file:" + database + ";WRITE_DELAY=500;RETENTION_TIME=1000;DB_CLOSE_ON_EXIT=FALSE";
	}

	private static void execute(Path database, List<String> statements) throws SQLException {
		try (Connection connection = DriverManager.getConnection(url(database), "sa", "");
				Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

	private static int count(Path database, String what) throws SQLException {
		try (Connection connection = DriverManager.getConnection(url(database), "sa", "");
				Statement statement = connection.createStatement();
				ResultSet count = statement.executeQuery("select count(*) from " + what)) {
			count.next();
			return count.getInt(1);
		}
	}

}
