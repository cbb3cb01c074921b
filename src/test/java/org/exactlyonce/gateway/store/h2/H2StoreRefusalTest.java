package org.exactlyonce.gateway.store.h2;

import java.nio.file.Path;

import com.zaxxer.hikari.HikariDataSource;
import org.exactlyonce.gateway.store.StoreRefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * An H2 that would break the gateway's promises is refused before anything is written.
 */
class H2StoreRefusalTest {

	private static final String SAFE = ";DB_CLOSE_ON_EXIT=FALSE";

	@TempDir
	private Path folder;

	private void verify(String url) {
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.setJdbcUrl(url);
			pool.setUsername("sa");
			pool.setAutoCommit(false);
			new H2Store(pool, url, DataSize.ofBytes(0)).verify();
		}
	}

	private String file() {
		return "jdbc:h2:file:" + this.folder.resolve("log");
	}

	@Test
	void acceptsFile() {
		assertThatCode(() -> verify(file() + SAFE)).doesNotThrowAnyException();
	}

	@Test
	void refusesMemory() {
		assertThatThrownBy(() -> verify("jdbc:h2:mem:log" + SAFE)).isInstanceOf(StoreRefusedException.class)
			.hasMessageContaining("memory");
	}

	@Test
	void refusesH2ThatClosesBeforeTheQueueIsDrained() {
		assertThatThrownBy(() -> verify(file())).isInstanceOf(StoreRefusedException.class)
			.extracting((failure) -> ((StoreRefusedException) failure).action())
			.asString()
			.contains("DB_CLOSE_ON_EXIT=FALSE");
		assertThat(this.folder).isEmptyDirectory();
	}

	@Test
	void refusesFileWithoutLock() {
		assertThatThrownBy(() -> verify(file() + SAFE + ";FILE_LOCK=NO")).isInstanceOf(StoreRefusedException.class)
			.hasMessageContaining("two processes");
		assertThat(this.folder).isEmptyDirectory();
	}

	@Test
	void refusesUserWithoutAdminRights() throws java.sql.SQLException {
		verify(file() + SAFE);
		try (java.sql.Connection admin = java.sql.DriverManager.getConnection(file(), "sa", "");
				java.sql.Statement statement = admin.createStatement()) {
			statement.execute("create user plain password ''");
		}
		String url = file() + SAFE;
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.setJdbcUrl(url);
			pool.setUsername("plain");
			pool.setAutoCommit(false);
			H2Store store = new H2Store(pool, url, DataSize.ofBytes(0));
			assertThatThrownBy(store::verify).isInstanceOf(StoreRefusedException.class)
				.extracting((failure) -> ((StoreRefusedException) failure).action())
				.asString()
				.contains("admin");
		}
	}

}
