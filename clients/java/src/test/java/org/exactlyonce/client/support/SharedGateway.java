package org.exactlyonce.client.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import org.springframework.util.FileSystemUtils;

/**
 * The packaged gateway for all tests of a class: runs from before the first to after the
 * last, with a log of its own.
 */
public final class SharedGateway implements BeforeAllCallback, AfterAllCallback {

	private Path folder;

	private GatewayProcess process;

	@Override
	public void beforeAll(ExtensionContext context) throws IOException {
		this.folder = Files.createTempDirectory("gateway");
		this.process = GatewayProcess.start(this.folder.resolve("data"));
	}

	@Override
	public void afterAll(ExtensionContext context) throws IOException {
		if (this.process != null) {
			this.process.close();
		}
		FileSystemUtils.deleteRecursively(this.folder);
	}

	public int port() {
		return this.process.port();
	}

	public String url() {
		return this.process.url();
	}

}
