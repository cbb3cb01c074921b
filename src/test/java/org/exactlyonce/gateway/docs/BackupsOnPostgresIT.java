package org.exactlyonce.gateway.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.OwnPostgres;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import org.springframework.util.FileSystemUtils;

class BackupsOnPostgresIT extends BackupsContract {

	private OwnPostgres postgres;

	@BeforeEach
	void startPostgres() throws IOException {
		this.postgres = new OwnPostgres(data());
	}

	@AfterEach
	void stopPostgres() throws IOException {
		this.postgres.close();
	}

	private Path data() {
		return this.folder.resolve("data");
	}

	private Path copy() {
		return this.folder.resolve("copy");
	}

	@Override
	GatewayInProcess start() {
		return GatewayInProcess.on(this.postgres.arguments());
	}

	@Override
	void save() throws IOException {
		this.postgres.stop();
		FileSystemUtils.copyRecursively(data(), copy());
		this.postgres.startAgain();
	}

	@Override
	void putBack() throws IOException {
		this.postgres.stop();
		FileSystemUtils.deleteRecursively(data());
		FileSystemUtils.copyRecursively(copy(), data());
		Files.setPosixFilePermissions(data(), PosixFilePermissions.fromString("rwx------"));
		this.postgres.startAgain();
	}

	@Override
	String url() {
		return this.postgres.url();
	}

	@Override
	String user() {
		return "postgres";
	}

	@Override
	String statement() {
		return "SELECT setval(";
	}

}
