package org.exactlyonce.gateway.docs;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The REST Client files and the Postman collection are written from the {@code .http}
 * files; {@code -Dexamples.write=true} does so again.
 */
class ExampleFilesTest {

	static final Path FOLDER = Path.of("http-examples");

	private static final Path COLLECTION = FOLDER.resolve("exactly-once-gateway.postman_collection.json");

	private static final boolean WRITE = Boolean.getBoolean("examples.write");

	static List<Chapter> chaptersWithoutKeys() throws IOException {
		return chapters().stream().filter((chapter) -> !chapter.isForToken()).toList();
	}

	static List<Chapter> chaptersWithKeys() throws IOException {
		return chapters().stream().filter(Chapter::isForToken).toList();
	}

	static List<Chapter> chapters() throws IOException {
		List<Chapter> chapters = new ArrayList<>();
		for (String name : names(FOLDER, ".http")) {
			chapters.add(ChapterParser.read(FOLDER.resolve(name + ".http")));
		}
		return chapters;
	}

	@Test
	void numbersItsChaptersFromOneToEighteen() throws IOException {
		assertThat(names(FOLDER, ".http")).extracting((name) -> name.substring(0, 3))
			.containsExactly("01-", "02-", "03-", "04-", "05-", "06-", "07-", "08-", "09-", "10-", "11-", "12-", "13-",
					"14-", "15-", "16-", "17-", "18-");
	}

	@Test
	void pointsTheLocalEnvironmentAtTheDefaultPort() throws IOException {
		assertThat(JsonMapper.shared().readTree(Files.readString(FOLDER.resolve("http-client.env.json"))))
			.isEqualTo(JsonMapper.shared().readTree("{\"local\":{\"host\":\"http://localhost:8080\"}}"));
	}

	@ParameterizedTest
	@MethodSource("chapters")
	void saysTheSameToRestClient(Chapter chapter) throws IOException {
		Path file = FOLDER.resolve("rest-client").resolve(chapter.name() + ".rest");
		String expected = RestClientFile.render(chapter);
		if (WRITE) {
			Files.createDirectories(file.getParent());
			Files.writeString(file, expected);
		}
		assertThat(Files.readAllLines(file)).isEqualTo(expected.lines().toList());
	}

	@Test
	void hasNoRestClientFileWithoutAChapter() throws IOException {
		assertThat(names(FOLDER, ".http")).containsAll(names(FOLDER.resolve("rest-client"), ".rest"));
	}

	@Test
	void saysTheSameToPostman() throws IOException {
		var expected = PostmanCollection.render(chapters());
		if (WRITE) {
			Files.writeString(COLLECTION,
					expected.toPrettyString().lines().collect(Collectors.joining("\n", "", "\n")));
		}
		assertThat(JsonMapper.shared().readTree(Files.readString(COLLECTION))).isEqualTo(expected);
	}

	private static List<String> names(Path folder, String ending) throws IOException {
		List<String> names = new ArrayList<>();
		try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + ending)) {
			files.forEach((file) -> names.add(file.getFileName().toString().replace(ending, "")));
		}
		names.sort(null);
		return names;
	}

}
