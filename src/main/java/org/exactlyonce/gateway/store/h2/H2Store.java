package org.exactlyonce.gateway.store.h2;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.exactlyonce.gateway.process.ProcessEnd;
import org.exactlyonce.gateway.store.Store;
import org.exactlyonce.gateway.store.StoreRefusedException;
import org.h2.engine.Database;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.util.unit.DataSize;

/**
 * H2 in a file of this process. H2 does not sync on commit, so this store does, once for
 * all calls that wait at the same time.
 */
final class H2Store implements Store, DisposableBean {

	private static final int WRITE_DELAY_MILLIS = 500;

	private static final int RETENTION_TIME_MILLIS = 1000;

	/** A collector may keep some of what {@code -Xmx96m} gives. */
	private static final long LEAST_HEAP_BYTES = 88L << 20;

	private static final int OPENING_SECONDS = 5;

	private final DataSource dataSource;

	private final String url;

	private final ReentrantLock opening = new ReentrantLock();

	private volatile Path path = Path.of("");

	private volatile @Nullable H2File file;

	private final H2Watch watch = new H2Watch(() -> this.file);

	private final H2Room room;

	H2Store(DataSource dataSource, String url, DataSize minFreeDisk) {
		this.dataSource = dataSource;
		this.url = url;
		this.room = new H2Room(() -> this.file, () -> this.path, minFreeDisk);
	}

	@Override
	public <T> T durably(Supplier<T> work) {
		H2File opened = opened();
		opened.requireSound();
		T result = work.get();
		opened.sync();
		return result;
	}

	private H2File opened() {
		H2File known = this.file;
		return (known != null && !known.isClosed()) ? known : reopen();
	}

	/**
	 * One tries, which takes as long as the pool waits for a connection; the others wait
	 * for it, and do not all try in their turn.
	 */
	private H2File reopen() {
		if (ProcessEnd.hasBegun()) {
			throw new DataAccessResourceFailureException("The process ends");
		}
		try {
			if (!this.opening.tryLock(OPENING_SECONDS, TimeUnit.SECONDS)) {
				throw new DataAccessResourceFailureException("H2 is closed, and was not opened in time");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new DataAccessResourceFailureException("H2 is closed");
		}
		try {
			H2File known = this.file;
			return (known != null && !known.isClosed()) ? known : open();
		}
		finally {
			this.opening.unlock();
		}
	}

	private H2File open() {
		try (Connection connection = this.dataSource.getConnection()) {
			H2File opened = new H2File(database(connection));
			this.file = opened;
			return opened;
		}
		catch (SQLException ex) {
			throw new DataAccessResourceFailureException("H2 could not be opened", ex);
		}
	}

	@Override
	public void requireRoom() {
		this.room.require();
	}

	@Override
	public @Nullable String beyondRepair() {
		H2File known = this.file;
		return (known != null) ? known.beyondRepair() : null;
	}

	/** Ends the watches, before the pool closes the database. */
	@Override
	public void destroy() {
		this.room.stop();
		this.watch.stop();
	}

	@Override
	public boolean isShared() {
		return false;
	}

	@Override
	public boolean takesSeveralStatements() {
		return false;
	}

	@Override
	public String describe() {
		return "H2, embedded, in " + this.path;
	}

	@Override
	public void verify() {
		long heap = Runtime.getRuntime().maxMemory();
		if (heap < LEAST_HEAP_BYTES) {
			throw new StoreRefusedException("A heap of " + (heap >> 20) + " MB is too small for the embedded database.",
					"Give the JVM more: -Xmx96m at least, -Xmx256m for the default gateway.append.max-batch-bytes and "
							+ "gateway.commit.max-group-bytes. Or use PostgreSQL.");
		}
		String settings = this.url.toUpperCase(Locale.ROOT);
		if (!settings.contains("DB_CLOSE_ON_EXIT=FALSE")) {
			throw new StoreRefusedException("H2 would close before the gateway has drained its queue.",
					"Add ;DB_CLOSE_ON_EXIT=FALSE to the database URL.");
		}
		if (settings.contains("FILE_LOCK=NO")) {
			throw new StoreRefusedException("H2 would let two processes write the same file.",
					"Remove FILE_LOCK=NO from the database URL.");
		}
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			if (!database(connection).isPersistent()) {
				throw new StoreRefusedException("An H2 database in memory loses every record at the next start.",
						"Use a file (jdbc:h2:file:…) or PostgreSQL.");
			}
			// H2 remembers the last value in the file; a write delay of 0 stops
			// compaction
			statement.execute("SET WRITE_DELAY " + WRITE_DELAY_MILLIS);
			statement.execute("SET RETENTION_TIME " + RETENTION_TIME_MILLIS);
			if (!connection.getAutoCommit()) {
				connection.commit();
			}
			this.path = Path.of(database(connection).getStore().getMvStore().getFileStore().getFileName())
				.toAbsolutePath();
			syncFolders(this.path);
			this.file = new H2File(database(connection));
			this.watch.start();
			this.room.start();
		}
		catch (SQLException ex) {
			throw H2Refusal.of(ex, this.url, H2FirstConnection.user(this.dataSource));
		}
	}

	@Override
	public void migrate(BooleanSupplier pending, Runnable migration) {
		Runnable durably = () -> durably(() -> {
			migration.run();
			return true;
		});
		H2Migrations migrations = H2Migrations.of(this.url);
		if (migrations == null) {
			durably.run();
		}
		else {
			migrations.migrate(opened().store(), pending.getAsBoolean(), durably);
		}
	}

	/**
	 * A new file, or folder, survives a power failure once the folder above is synced.
	 */
	private static void syncFolders(Path file) {
		Path folder = file.getParent();
		while (folder != null && syncFolder(folder)) {
			folder = folder.getParent();
		}
	}

	/** Not every system can sync a folder; those that cannot need not. */
	static boolean syncFolder(Path folder) {
		try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
			channel.force(true);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static Database database(Connection connection) throws SQLException {
		if (connection.unwrap(JdbcConnection.class).getSession() instanceof SessionLocal session) {
			return session.getDatabase();
		}
		throw new StoreRefusedException("An H2 server's file cannot be synced from here.",
				"Use the embedded H2 (jdbc:h2:file:…) or PostgreSQL.");
	}

}
