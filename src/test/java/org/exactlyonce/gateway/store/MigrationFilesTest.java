package org.exactlyonce.gateway.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where a migration is: once for both databases, unless they need different SQL.
 */
class MigrationFilesTest {

	private static final Path FOLDER = Path.of("src/main/resources/db/migration");

	@Test
	void bothDatabasesHaveTheSameVersions() throws IOException {
		assertThat(names("h2")).isNotEmpty().isEqualTo(names("postgresql"));
	}

	@Test
	void whatIsCommonIsNowhereElse() throws IOException {
		assertThat(names("common")).isNotEmpty().doesNotContainAnyElementsOf(names("h2"));
	}

	@Test
	void whatEachDatabaseHasInItsOwnWordsDiffers() throws IOException {
		for (String name : names("h2")) {
			assertThat(FOLDER.resolve("h2").resolve(name))
				.satisfies((file) -> assertThat(Files.mismatch(file, FOLDER.resolve("postgresql").resolve(name)))
					.as("move %s to common", name)
					.isNotNegative());
		}
	}

	private static Set<String> names(String folder) throws IOException {
		try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
			return files.map((file) -> file.getFileName().toString()).collect(Collectors.toSet());
		}
	}

}
