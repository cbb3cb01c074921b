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
import java.util.Random;

import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** An H2 that does not tidy its file up by itself. */
class H2FileShrinkTest {

	private static final int STEP = 1 << 20;

	private static final int STEPS = 400;

	private static final int ROW = 100_000;

	private static final int KEPT = 840;

	@TempDir
	private Path folder;

	private Connection connection;

	private H2File file;

	private int rows;

	@BeforeEach
	void open() throws SQLException {
		this.connection = DriverManager.getConnection("jdbc:h2:" + this.folder.resolve("log")
				+ ";AUTO_COMPACT_FILL_RATE=0;WRITE_DELAY=0;RETENTION_TIME=0;DB_CLOSE_ON_EXIT=FALSE", "sa", "");
		this.file = new H2File(
				((SessionLocal) this.connection.unwrap(JdbcConnection.class).getSession()).getDatabase());
		execute("create table t (id int primary key, payload varbinary(1000000))");
	}

	@AfterEach
	void close() throws SQLException {
		this.connection.close();
	}

	/** Only the step that has moved the last of it makes the file shorter. */
	@Test
	void givesBackAHoleBeforeMoreThanAStep() throws SQLException, IOException {
		insert(KEPT + KEPT / 2);
		assertShrinksWithout("id < " + KEPT / 2);
	}

	@Test
	void givesBackAHoleOfATwelfthOfTheFile() throws SQLException, IOException {
		insert(KEPT + KEPT / 11);
		assertShrinksWithout("id < " + KEPT / 11);
	}

	@Test
	void givesBackDeadPagesOfATwelfthOfTheFile() throws SQLException, IOException {
		insert(KEPT + KEPT / 11);
		assertShrinksWithout("mod(id, 12) = 0");
	}

	@Test
	void restsOnceThereIsNothingToGain() throws SQLException, IOException {
		insert(KEPT / 10);
		execute("delete from t where mod(id, 2) = 0");
		shrink();
		long writes = this.file.store().getFileStore().getWriteCount();
		shrink();
		assertThat(this.file.store().getFileStore().getWriteCount()).as("only what frees chunks of the last sync")
			.isLessThan(writes + 2 * STEPS);
		assertShrinksWithout("id < " + KEPT / 20);
	}

	private void assertShrinksWithout(String deleted) throws SQLException, IOException {
		execute("delete from t where " + deleted);
		shrink();
		try (Statement statement = this.connection.createStatement();
				ResultSet count = statement.executeQuery("select count(payload) from t")) {
			count.next();
			assertThat(Files.size(this.folder.resolve("log.mv.db"))).as("but for a few pieces that are on their way")
				.isLessThan(count.getLong(1) * ROW * 108 / 100);
		}
	}

	private void shrink() {
		for (int i = 0; i < STEPS; i++) {
			this.file.shrink(STEP);
		}
	}

	private void insert(int count) throws SQLException {
		try (PreparedStatement insert = this.connection.prepareStatement("insert into t values (?, ?)")) {
			for (int i = 0; i < count; i++) {
				byte[] payload = new byte[ROW];
				new Random(this.rows).nextBytes(payload);
				insert.setInt(1, this.rows++);
				insert.setBytes(2, payload);
				insert.executeUpdate();
				if (i % 4 == 0) {
					this.file.sync();
				}
			}
		}
		this.file.sync();
	}

	private void execute(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(sql);
		}
	}

}
