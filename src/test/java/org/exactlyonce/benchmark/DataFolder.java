package org.exactlyonce.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Puts data below {@code target}: the system's folder for temporary files may be in
 * memory, where a sync costs nothing.
 */
final class DataFolder implements TempDirFactory {

	@Override
	public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext extension) throws IOException {
		Path parent = Files.createDirectories(Path.of("target", "benchmark").toAbsolutePath());
		return Files.createTempDirectory(parent, "data");
	}

}
