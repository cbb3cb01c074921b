package org.exactlyonce.gateway.store.h2;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import org.exactlyonce.gateway.store.StoreRefusedException;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.StartAttempt;
import org.h2.mvstore.DataUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.exactlyonce.gateway.support.StartAttempt.assertRefused;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A data folder that cannot be used stops the start in two sentences, which name it and
 * what to do.
 */
@ExtendWith(OutputCaptureExtension.class)
class H2StartTest {

	private static final int BLOCK = 4096;

	@TempDir
	private Path folder;

	private String url() {
		return "jdbc:h2:file:" + this.folder + "/gateway;DB_CLOSE_ON_EXIT=FALSE";
	}

	private Path file() {
		return this.folder.resolve("gateway.mv.db");
	}

	private void open(String url, String user) {
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.setJdbcUrl(url);
			pool.setUsername(user);
			pool.setPassword("");
			H2FirstConnection.open(pool);
		}
	}

	private void assertReported(String url, String user, String message, String action) {
		assertThatExceptionOfType(StoreRefusedException.class).isThrownBy(() -> open(url, user))
			.withMessageContaining(message)
			.extracting(StoreRefusedException::action)
			.asString()
			.contains(action);
	}

	@Test
	void printsWhatIsWrongWithAFolderThatIsAFile(CapturedOutput output) throws IOException {
		Path file = Files.writeString(this.folder.resolve("data"), "text");
		assertRefused(output, List.of("--gateway.data-dir=" + file), "The data folder " + file + " cannot be used: ",
				"is a file", "GATEWAY_DATA_DIR");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "  " })
	void refusesAnEmptyFolderAndWritesNowhere(String name, CapturedOutput output) {
		boolean before = Files.exists(Path.of("/gateway.mv.db"));
		assertRefused(output, List.of("--gateway.data-dir=" + name), "GATEWAY_DATA_DIR", "is set to nothing");
		assertThat(Files.exists(Path.of("/gateway.mv.db"))).isEqualTo(before);
	}

	@Test
	void refusesASemicolonInTheFoldersName() {
		assertThatExceptionOfType(StoreRefusedException.class)
			.isThrownBy(() -> H2Folder.verifyName("jdbc:h2:file:./a;b/gateway;WRITE_DELAY=500", "./a;b"))
			.withMessageContaining("./a;b has a semicolon");
		H2Folder.verifyName("jdbc:h2:file:/elsewhere", "");
		H2Folder.verifyName("jdbc:postgresql://host/gateway", "");
		H2Folder.verifyName("jdbc:h2:file:./data/gateway;WRITE_DELAY=500", "./data");
	}

	@Test
	void printsThatAFileIsDamaged(CapturedOutput output) throws IOException {
		Files.writeString(file(), "no database".repeat(1000));
		assertRefused(output, List.of("--gateway.data-dir=" + this.folder), file() + " is damaged", "backup",
				"GATEWAY_DATA_DIR");
	}

	@Test
	void reportsAFileWhoseSecondHalfIsDamaged() throws Exception {
		byte[] content = filled();
		Arrays.fill(content, content.length / 2, content.length, (byte) 'x');
		Files.write(file(), content);
		assertReported(url(), "sa", file() + " is damaged", "backup");
	}

	/** H2 takes it for a new file, and the log would be empty. */
	@Test
	void reportsAFileOfWhichOnlyTheHeaderIsLeft() throws Exception {
		byte[] content = filled();
		Arrays.fill(content, 2 * BLOCK, content.length, (byte) 'x');
		Files.write(file(), content);
		assertReported(url(), "sa", file() + " is damaged", "backup");
	}

	private byte[] filled() throws SQLException, IOException {
		try (Connection connection = DriverManager.getConnection(url(), "sa", "");
				Statement statement = connection.createStatement()) {
			statement.execute("create table filler as select random_uuid() id from system_range(1, 20000)");
		}
		return Files.readAllBytes(file());
	}

	@ParameterizedTest
	@CsvSource({ "9,newer", "1,older" })
	void reportsAnotherFormatOfH2(int format, String reported) throws IOException {
		open(url(), "sa");
		byte[] content = Files.readAllBytes(file());
		for (int block = 0; block < 2; block++) {
			String header = new String(content, block * BLOCK, BLOCK, StandardCharsets.ISO_8859_1);
			String changed = header.substring(0, header.indexOf(",fletcher"))
				.replaceFirst("format:\\d", "format:" + format);
			byte[] bytes = changed.getBytes(StandardCharsets.ISO_8859_1);
			String line = changed + ",fletcher:" + Integer.toHexString(DataUtils.getFletcher32(bytes, 0, bytes.length))
					+ "\n";
			Arrays.fill(content, block * BLOCK, (block + 1) * BLOCK, (byte) 0);
			System.arraycopy(line.getBytes(StandardCharsets.ISO_8859_1), 0, content, block * BLOCK, line.length());
		}
		Files.write(file(), content);
		assertReported(url(), "sa",
				file() + " was written by a" + ("newer".equals(reported) ? " " : "n ") + reported + " H2",
				"Start the version of the gateway that wrote it");
	}

	@Test
	void reportsAnotherUser() {
		open(url(), "sa");
		assertReported(url(), "other", this.folder + "/gateway.mv.db does not let the user other in",
				"spring.datasource.username");
	}

	@Test
	void reportsAFolderThatCannotBeMade() {
		assumeTrue(Files.isDirectory(Path.of("/proc/self")), "needs /proc");
		assertReported("jdbc:h2:file:/proc/gateway-data/gateway", "sa",
				"cannot make the data folder /proc/gateway-data", "GATEWAY_DATA_DIR");
	}

	@Test
	void refusesASchemaOfANewerVersion(CapturedOutput output) throws SQLException {
		String[] arguments = { "--gateway.partitions=1" };
		GatewayInProcess.onH2(this.folder, arguments).close();
		try (Connection connection = DriverManager.getConnection(url(), "sa", "");
				Statement statement = connection.createStatement()) {
			statement.execute(StartAttempt.NEWER_SCHEMA);
		}
		assertRefused(output, List.of("--gateway.data-dir=" + this.folder),
				"The database has the schema of a newer gateway: version 9999", "Start the gateway that wrote it");
	}

}
