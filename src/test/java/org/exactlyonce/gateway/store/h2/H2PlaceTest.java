package org.exactlyonce.gateway.store.h2;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import com.zaxxer.hikari.HikariDataSource;
import org.exactlyonce.gateway.store.StoreSyncException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A file that is taken away while it is open.
 */
class H2PlaceTest {

	@TempDir
	private Path folder;

	private final HikariDataSource pool = new HikariDataSource();

	private H2Store store;

	private Path file;

	@BeforeEach
	void open() {
		String url = "jdbc:h2:file:" + this.folder.resolve("log") + ";DB_CLOSE_ON_EXIT=FALSE";
		this.file = this.folder.resolve("log.mv.db");
		this.pool.setJdbcUrl(url);
		this.pool.setUsername("sa");
		this.pool.setAutoCommit(false);
		this.store = new H2Store(this.pool, url, DataSize.ofBytes(0));
		this.store.verify();
		assertThat(this.store.durably(() -> 1)).isEqualTo(1);
		assertThat(this.store.beyondRepair()).isNull();
	}

	@AfterEach
	void close() {
		this.store.destroy();
		this.pool.close();
	}

	@Test
	void acknowledgesNothingOnceTheFileIsDeleted() throws IOException {
		Files.delete(this.file);
		refusesAll();
	}

	@Test
	void acknowledgesNothingOnceTheFileIsReplaced() throws IOException {
		Path other = Files.copy(this.file, this.folder.resolve("other"));
		Files.delete(this.file);
		Files.move(other, this.file);
		refusesAll();
	}

	/** The file may go while the work is done. */
	@Test
	void acknowledgesNothingWrittenToAFileThatIsDeletedMeanwhile() {
		assertThatThrownBy(() -> this.store.durably(() -> delete())).isInstanceOf(StoreSyncException.class);
		refusesAll();
	}

	private boolean delete() {
		try {
			return Files.deleteIfExists(this.file);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void refusesAll() {
		assertThatThrownBy(() -> this.store.durably(() -> 1)).isInstanceOf(StoreSyncException.class);
		assertThat(this.store.beyondRepair()).contains("deleted or replaced");
	}

}
