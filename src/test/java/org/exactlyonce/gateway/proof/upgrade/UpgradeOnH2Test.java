package org.exactlyonce.gateway.proof.upgrade;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.exactlyonce.gateway.support.GatewayInProcess;
import org.junit.jupiter.api.io.TempDir;

class UpgradeOnH2Test extends UpgradeContract {

	@TempDir
	private Path folder;

	UpgradeOnH2Test() {
		super("h2.json");
	}

	@Override
	GatewayInProcess open(String... settings) {
		try {
			Files.write(this.folder.resolve("gateway.mv.db"), OldData.read("gateway.mv.db"));
			return GatewayInProcess.onH2(this.folder, settings);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
