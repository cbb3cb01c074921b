package org.exactlyonce.gateway.store.h2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

import com.zaxxer.hikari.HikariDataSource;
import org.exactlyonce.gateway.process.ObservedEnd;
import org.exactlyonce.gateway.store.h2.FailingFileSystem.Fault;
import org.exactlyonce.gateway.store.h2.FailingFileSystem.Starved;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Lets every step of H2's writing fail in turn: the process ends, nothing is acknowledged
 * from then on, and all that was is in the file.
 */
class H2FailedWriteTest {

	/** After every so many it is committed as H2's background writer does, too. */
	private static final int COMMITS = Integer.getInteger("h2.failed-write.commits", 8);

	@TempDir
	private Path folder;

	private final Set<Integer> acknowledged = new HashSet<>();

	@ParameterizedTest
	@EnumSource(names = { "OUT_OF_MEMORY", "HALF_AND_FAILED" })
	void acknowledgesNothingAfterAnyFailedWrite(Fault fault) throws Exception {
		int steps = 0;
		while (runWithFaultAt(steps, fault)) {
			steps++;
		}
		assertThat(steps).as("writes and forces").isGreaterThan(2 * COMMITS);
	}

	@Test
	void isNotDisturbedByShortWrites() throws Exception {
		for (int step = 0; step < COMMITS; step += 3) {
			assertThat(runWithFaultAt(step, Fault.HALF)).isTrue();
		}
	}

	/** H2 drops such a chunk, and the next ones refer to it. */
	@Test
	void acknowledgesNothingAfterChunkThatCouldNotBeSerialised() throws Exception {
		for (int step = 0; step < COMMITS; step++) {
			FailingFileSystem.reset();
			try (ObservedEnd end = new ObservedEnd(FailingFileSystem::freeze);
					HikariDataSource pool = pool("serialised" + step)) {
				H2Store store = store(pool);
				MVStore file = file(pool);
				MVMap<Integer, Integer> failing = file.openMap("failing",
						new MVMap.Builder<Integer, Integer>().keyType(new Costly(-1)).valueType(new Costly(step)));
				for (int i = 0; i < COMMITS; i++) {
					put(failing, i);
					append(pool, store, i, end);
				}
				assertThat(end.hasCome()).isTrue();
				store.destroy();
			}
			assertThat(stored("serialised" + step)).containsAll(this.acknowledged);
		}
	}

	private static void put(MVMap<Integer, Integer> map, int value) {
		try {
			map.put(value % 2, value);
		}
		catch (RuntimeException ex) {
			// H2 has closed itself
		}
	}

	/** Whether the step was reached; if not, the run was clean. */
	private boolean runWithFaultAt(int step, Fault fault) throws Exception {
		String name = fault.name() + step;
		FailingFileSystem.reset();
		boolean reached;
		try (ObservedEnd end = new ObservedEnd(FailingFileSystem::freeze); HikariDataSource pool = pool(name)) {
			H2Store store = store(pool);
			FailingFileSystem.failAt(step, fault);
			for (int i = 0; i < COMMITS; i++) {
				append(pool, store, i, end);
			}
			reached = !FailingFileSystem.isAhead();
			if (reached && fault != Fault.HALF) { // maybe in a thread of H2's own, a
													// moment later
				await("the process ends at step " + step).until(end::hasCome);
			}
			else {
				assertThat(end.hasCome()).as("the process ends without a fault").isFalse();
			}
			store.destroy();
			FailingFileSystem.freeze();
		}
		assertThat(stored(name)).as("stored, fault at %d", step).containsAll(this.acknowledged);
		return reached;
	}

	private HikariDataSource pool(String name) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl("jdbc:h2:failing:" + this.folder.resolve(name)
				+ ";WRITE_DELAY=500;RETENTION_TIME=1000;DB_CLOSE_ON_EXIT=FALSE");
		pool.setUsername("sa");
		pool.setAutoCommit(false);
		pool.setMaximumPoolSize(2);
		pool.setConnectionTimeout(250);
		pool.setExceptionOverride(new H2Connections());
		return pool;
	}

	private H2Store store(HikariDataSource pool) throws SQLException {
		this.acknowledged.clear();
		H2Store store = new H2Store(pool, pool.getJdbcUrl(), DataSize.ofBytes(0));
		store.verify();
		try (Connection connection = pool.getConnection(); Statement statement = connection.createStatement()) {
			statement.execute("create table t (id int primary key, payload varbinary(100000))");
			connection.commit();
		}
		store.durably(() -> 0);
		return store;
	}

	private void append(HikariDataSource pool, H2Store store, int id, ObservedEnd end) {
		boolean ended = end.hasCome();
		try {
			store.durably(() -> insert(pool, 2 * id, true));
			this.acknowledged.add(2 * id);
			insert(pool, 2 * id + 1, true);
			store.durably(() -> 0);
			this.acknowledged.add(2 * id + 1);
			assertThat(ended).as("acknowledged after the end").isFalse();
		}
		catch (RuntimeException | OutOfMemoryError ex) {
			// not acknowledged
		}
	}

	private static int insert(HikariDataSource pool, int id, boolean inBackground) {
		byte[] payload = new byte[10_000];
		new Random(id).nextBytes(payload);
		try (Connection connection = pool.getConnection();
				PreparedStatement insert = connection.prepareStatement("insert into t values (?, ?)")) {
			insert.setInt(1, id);
			insert.setBytes(2, payload);
			insert.executeUpdate();
			connection.commit();
			if (inBackground && id % 3 == 0) {
				file(connection).tryCommit();
			}
			return id;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static MVStore file(HikariDataSource pool) throws SQLException {
		try (Connection connection = pool.getConnection()) {
			return file(connection);
		}
	}

	private static MVStore file(Connection connection) throws SQLException {
		return ((SessionLocal) connection.unwrap(JdbcConnection.class).getSession()).getDatabase()
			.getStore()
			.getMvStore();
	}

	/** What is in the file as it was left. */
	private Set<Integer> stored(String name) throws IOException, SQLException {
		Path copy = Files.createTempDirectory(this.folder, "copy");
		Files.copy(this.folder.resolve(name + ".mv.db"), copy.resolve("log.mv.db"));
		Set<Integer> found = new HashSet<>();
		try (Connection connection = DriverManager.getConnection("jdbc:h2:" + copy.resolve("log"), "sa", "");
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("select id from t where octet_length(payload) = 10000")) {
			while (rows.next()) {
				found.add(rows.getInt(1));
			}
		}
		return found;
	}

	/** An integer that there is once no memory to serialise. */
	private static final class Costly extends BasicDataType<Integer> {

		private int countdown;

		private Costly(int countdown) {
			this.countdown = countdown;
		}

		@Override
		public int getMemory(Integer value) {
			return 16;
		}

		@Override
		public int compare(Integer one, Integer other) {
			return one.compareTo(other);
		}

		@Override
		public void write(WriteBuffer buffer, Integer value) {
			if (this.countdown-- == 0) {
				throw new Starved();
			}
			buffer.putVarInt(value);
		}

		@Override
		public Integer read(ByteBuffer buffer) {
			return org.h2.mvstore.DataUtils.readVarInt(buffer);
		}

		@Override
		public Integer[] createStorage(int size) {
			return new Integer[size];
		}

	}

}
