package org.exactlyonce.gateway.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

import org.exactlyonce.gateway.support.GatewayInProcess;

class BackupsOnH2Test extends BackupsContract {

	@Override
	GatewayInProcess start() {
		return GatewayInProcess.onH2(this.folder);
	}

	private Path file() {
		return this.folder.resolve("gateway.mv.db");
	}

	private Path copy() {
		return this.folder.resolve("copy");
	}

	@Override
	void save() throws IOException {
		Files.copy(file(), copy());
	}

	@Override
	void putBack() throws IOException {
		Files.move(copy(), file(), StandardCopyOption.REPLACE_EXISTING);
	}

	@Override
	String url() {
		return "jdbc:h2:file:" + this.folder.resolve("gateway");
	}

	@Override
	String user() {
		return "sa";
	}

	@Override
	String statement() {
		return "ALTER SEQUENCE ";
	}

}
