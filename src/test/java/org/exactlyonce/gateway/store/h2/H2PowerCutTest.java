package org.exactlyonce.gateway.store.h2;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import org.exactlyonce.gateway.store.Store;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Cuts the power at the moment {@link Store#durably} returns: all that was committed
 * before it must have reached the disk.
 */
class H2PowerCutTest {

	private static final String SETTINGS = ";WRITE_DELAY=500;RETENTION_TIME=1000;DB_CLOSE_ON_EXIT=FALSE";

	@TempDir
	private Path folder;

	private HikariDataSource pool;

	private H2Store store;

	private int committed;

	@BeforeEach
	void open() throws SQLException {
		PowerCutFileSystem.reset();
		String url = "jdbc:h2:powercut:" + this.folder.resolve("log") + SETTINGS;
		this.pool = new HikariDataSource();
		this.pool.setJdbcUrl(url);
		this.pool.setUsername("sa");
		this.pool.setAutoCommit(false);
		this.pool.setMaximumPoolSize(4);
		this.store = new H2Store(this.pool, url, DataSize.ofBytes(0));
		this.store.verify();
		execute("create table t (id int primary key, payload varbinary(1000000000))");
		this.store.durably(() -> 0);
	}

	@AfterEach
	void close() {
		PowerCutFileSystem.release();
		this.pool.close();
	}

	@Test
	void keepsEveryCommitThatWasSynced() throws Exception {
		for (int i = 0; i < 200; i++) {
			commit(100);
			this.store.durably(() -> 0);
			if (i % 20 == 0) {
				assertThat(rowsAfterPowerCut()).isEqualTo(this.committed);
			}
		}
		assertThat(rowsAfterPowerCut()).isEqualTo(this.committed);
	}

	@Test
	void keepsEveryCommitWhileTheFileShrinks() throws Exception {
		execute("set retention_time 0");
		H2File file;
		try (Connection connection = this.pool.getConnection()) {
			file = new H2File(((SessionLocal) connection.unwrap(JdbcConnection.class).getSession()).getDatabase());
		}
		for (int i = 0; i < 40; i++) {
			commit(100_000);
			commit(100_000);
			execute("delete from t where id = " + 2 * i);
			file.shrink(1 << 20);
			assertThat(rowsAfterPowerCut()).isGreaterThanOrEqualTo(i).isLessThanOrEqualTo(i + 1);
			this.store.durably(() -> 0);
			assertThat(rowsAfterPowerCut()).isEqualTo(i + 1);
		}
	}

	@Test
	void losesCommitsWithoutSync() throws Exception {
		commit(100);
		assertThat(rowsAfterPowerCut()).isZero();
	}

	@Test
	void keepsCommitAfterIdleness() throws Exception {
		commit(100);
		this.store.durably(() -> 0);
		// H2 writes in the background twice a second: let it find nothing to do
		long idleSince = System.nanoTime();
		await().until(() -> System.nanoTime() - idleSince > Duration.ofMillis(1100).toNanos());
		commit(100);
		this.store.durably(() -> 0);
		assertThat(rowsAfterPowerCut()).isEqualTo(2);
	}

	@Test
	void keepsGroupOf16Megabytes() throws Exception {
		try (Connection connection = this.pool.getConnection()) {
			for (int i = 0; i < 16; i++) {
				insert(connection, 1 << 20);
			}
			connection.commit();
		}
		this.store.durably(() -> 0);
		assertThat(rowsAfterPowerCut()).isEqualTo(16);
	}

	@Test
	void waitsForTheBackgroundWriterThatTookTheCommit() throws Exception {
		holdTheCommitInTheBackgroundWriter();
		CompletableFuture<Integer> found = CompletableFuture.supplyAsync(() -> {
			this.store.durably(() -> 0);
			return rowsAfterPowerCut();
		});
		releaseLater().join();
		assertThat(found.get(20, TimeUnit.SECONDS)).isEqualTo(this.committed);
	}

	/**
	 * The reason why the store goes past SQL. When this fails, H2 has learned to wait.
	 */
	@Test
	void cannotRelyOnCheckpointSyncAlone() throws Exception {
		holdTheCommitInTheBackgroundWriter();
		CompletableFuture<Integer> found = CompletableFuture.supplyAsync(() -> {
			execute("checkpoint sync");
			return rowsAfterPowerCut();
		});
		releaseLater().join();
		assertThat(found.get(20, TimeUnit.SECONDS)).isLessThan(this.committed);
	}

	private void holdTheCommitInTheBackgroundWriter() {
		PowerCutFileSystem.hold();
		commit(100);
		await().atMost(Duration.ofSeconds(20)).until(() -> PowerCutFileSystem.held() > 0);
	}

	private static CompletableFuture<Void> releaseLater() {
		return CompletableFuture.runAsync(PowerCutFileSystem::release,
				CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS));
	}

	private void commit(int bytes) {
		try (Connection connection = this.pool.getConnection()) {
			insert(connection, bytes);
			connection.commit();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void insert(Connection connection, int bytes) throws SQLException {
		byte[] payload = new byte[bytes];
		new Random(this.committed).nextBytes(payload);
		try (PreparedStatement insert = connection.prepareStatement("insert into t values (?, ?)")) {
			insert.setInt(1, this.committed);
			insert.setBytes(2, payload);
			insert.executeUpdate();
		}
		this.committed++;
	}

	private void execute(String sql) {
		try (Connection connection = this.pool.getConnection(); Statement statement = connection.createStatement()) {
			statement.execute(sql);
			connection.commit();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Opens what a power cut now would leave, and counts. */
	private int rowsAfterPowerCut() {
		try {
			Path copy = Files.createTempDirectory(this.folder, "cut");
			PowerCutFileSystem.cutPower(copy.resolve("log.mv.db"));
			try (Connection connection = DriverManager.getConnection("jdbc:h2:" + copy.resolve("log"), "sa", "");
					Statement statement = connection.createStatement();
					ResultSet count = statement.executeQuery("select count(*), count(payload) from t")) {
				count.next();
				return count.getInt(2);
			}
		}
		catch (SQLException | IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
